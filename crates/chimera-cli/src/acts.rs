//! Acts on a conversation of the history, in this process or through the side door of another.

use std::io::Read;

use chimera_app::{ErrorCode, SayWhen, StopWhen};
use chimera_core::{ConversationState, ConversationView};
use serde_json::Value;

use crate::act::Act;
use crate::args::{Go, On, Pin, Rename, Retry, Say, Skip, Stop, Summary, SummaryAction, Talking, Watch};
use crate::exit::Exit;
use crate::fault::{Fault, Result};
use crate::follow::{Following, OnInterrupt, follow};
use crate::house::{House, within};
use crate::images;
use crate::out::{print, print_json};
use crate::seats;
use crate::talk::key_from;
use crate::typed::Typed;

/// Done when it is in the log. With `--json` it prints what the local API answers; else the id of what was made.
pub async fn at_once(on: &On, act: impl FnOnce(&ConversationView) -> Result<Act>) -> Result<Exit> {
    within(&on.data, None, async |house| {
        let act = act(&house.view(on.id).await?)?;
        let made = house.act(on.id, act).await?;
        tell(house, on, &made).await?;
        Ok(Exit::Done)
    })
    .await
}

/// They talk afterwards, and it is followed until they rest.
pub async fn and_follow(
    on: &On,
    talking: &Talking,
    acts: impl FnOnce(&ConversationView) -> Result<Vec<Act>>,
) -> Result<Exit> {
    within(&on.data, talking.pace.map(Into::into), async |house| {
        let acts = acts(&house.view(on.id).await?)?;
        go(house, on, talking, acts, OnInterrupt::Pause).await
    })
    .await
}

pub async fn go(
    house: &mut House,
    on: &On,
    talking: &Talking,
    acts: Vec<Act>,
    on_interrupt: OnInterrupt,
) -> Result<Exit> {
    if talking.detach && !house.is_another() {
        let message = "no other Chimera has this data folder open, so nobody would go on with the talk: leave --detach \
                       out, or open the window or `chimera serve` first";
        return Err(Fault { field: Some("detach".into()), ..Fault::new(ErrorCode::WrongState, message) });
    }
    let key = talking.key_env.as_deref().map(key_from).transpose()?;
    house.unlock(on.id, key, talking.passphrase_env.as_deref()).await?;
    let before = house.view(on.id).await?;
    if !talking.detach {
        house.listen(on.id, before.seq).await?;
    }
    let mut made = Value::Null;
    for act in acts {
        made = house.act(on.id, act).await?;
    }
    // One that talks already goes on by itself: what was asked for was only put in.
    if talking.detach || before.state == ConversationState::Running {
        tell(house, on, &made).await?;
        return Ok(Exit::Done);
    }
    let typed = Typed::open(&talking.joining, on.json);
    follow(house, &before, Following { json: on.json, typed, on_interrupt }).await
}

pub async fn tell(house: &House, on: &On, made: &Value) -> Result<()> {
    match (on.json, made) {
        (true, Value::Null) => print_json(&house.view(on.id).await?)?,
        (true, made) => print_json(made)?,
        (false, Value::Object(made)) => {
            for id in made.values().filter_map(Value::as_str) {
                print(&format!("{id}\n"))?;
            }
        }
        (false, _) => {}
    }
    Ok(())
}

pub async fn start(args: Go) -> Result<Exit> {
    and_follow(&args.on, &args.talking, |_| Ok(vec![Act::Start])).await
}

pub async fn resume(args: Go) -> Result<Exit> {
    and_follow(&args.on, &args.talking, |_| Ok(vec![Act::Resume])).await
}

pub async fn step(args: Go) -> Result<Exit> {
    and_follow(&args.on, &args.talking, |_| Ok(vec![Act::Step])).await
}

/// In a round one of several is skipped; the others go on.
pub async fn skip(args: Skip) -> Result<Exit> {
    let Skip { on, participant, talking } = args;
    and_follow(&on, &talking, |view| {
        Ok(vec![match &participant {
            Some(name) => Act::SkipParticipant { participant: seats::find(view, name)? },
            None => Act::Skip,
        }])
    })
    .await
}

pub async fn summary(args: Summary) -> Result<Exit> {
    let SummaryAction::Edit { on, summary, text } = args.action;
    let text = text_or_stdin(&text)?;
    at_once(&on, |_| Ok(Act::EditSummary { summary, text })).await
}

/// Models that are named are asked in this one turn, in place of the speaker's own.
pub async fn retry(args: Retry) -> Result<Exit> {
    let route = args.models;
    and_follow(&args.on, &args.talking, |_| Ok(vec![Act::Retry { route }])).await
}

/// Looks on while another Chimera lets them talk. Ctrl-C only looks away.
pub async fn watch(args: Watch) -> Result<Exit> {
    let Watch { on, joining } = args;
    within(&on.data, None, async |house| {
        if !house.is_another() {
            let message = "no other Chimera has this data folder open, so nobody talks in it: `chimera resume` goes on, \
                           `chimera show` tells what was said";
            return Err(Fault::new(ErrorCode::WrongState, message));
        }
        let before = house.view(on.id).await?;
        house.listen(on.id, before.seq).await?;
        let typed = Typed::open(&joining, on.json);
        follow(house, &before, Following { json: on.json, typed, on_interrupt: OnInterrupt::LookAway }).await
    })
    .await
}

pub async fn pause(on: On) -> Result<Exit> {
    at_once(&on, |_| Ok(Act::Pause)).await
}

pub async fn stop(args: Stop) -> Result<Exit> {
    let when = if args.after_turn { StopWhen::AfterTurn } else { StopWhen::Now };
    at_once(&args.on, |_| Ok(Act::Stop { when })).await
}

pub async fn say(args: Say) -> Result<Exit> {
    let pictures = images::read(&args.pictures)?;
    let text = match &args.text {
        Some(text) => text_or_stdin(text)?,
        None => String::new(),
    };
    let when = if args.now { SayWhen::Now } else { SayWhen::After };
    let said = |view: &ConversationView| Ok(Act::say(text, when, seats::find_all(view, &args.to)?, pictures));
    if !args.go_on {
        return at_once(&args.on, said).await;
    }
    and_follow(&args.on, &args.talking, |view| {
        let go_on = match view.state {
            ConversationState::Draft | ConversationState::Completed => vec![Act::Start],
            ConversationState::Paused => vec![Act::Resume],
            ConversationState::NeedsAttention => vec![Act::Retry { route: Vec::new() }],
            ConversationState::Running => Vec::new(),
        };
        Ok([vec![said(view)?], go_on].concat())
    })
    .await
}

pub async fn rename(args: Rename) -> Result<Exit> {
    at_once(&args.on, |_| Ok(Act::Rename { title: args.title })).await
}

pub async fn pin(args: Pin) -> Result<Exit> {
    at_once(&args.on, |_| Ok(Act::Pin { message: args.message })).await
}

pub async fn unpin(args: Pin) -> Result<Exit> {
    at_once(&args.on, |_| Ok(Act::Unpin { message: args.message })).await
}

/// `-` is standard input, whole.
pub fn text_or_stdin(given: &str) -> Result<String> {
    if given != "-" {
        return Ok(given.to_owned());
    }
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Fault::invalid("text", format!("standard input could not be read: {error}")))?;
    Ok(text)
}
