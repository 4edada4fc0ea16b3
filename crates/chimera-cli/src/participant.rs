//! `chimera participant`: who sits at a table.

use chimera_core::{ConversationView, ModelRef, NewParticipant, ParticipantChange, Sampling};

use crate::act::Act;
use crate::acts::{and_follow, at_once, text_or_stdin};
use crate::args::{ChangeParticipant, Join, On, Participant, ParticipantAction, Traits, Whom};
use crate::exit::Exit;
use crate::fault::Result;
use crate::house::within;
use crate::out::{print, print_json, tame};
use crate::{read, seats};

pub async fn run(args: Participant) -> Result<Exit> {
    match args.action {
        ParticipantAction::List(on) => list(&on).await,
        ParticipantAction::Join(join) => seat(join).await,
        ParticipantAction::Leave(Whom { on, participant }) => {
            at_once(&on, |view| Ok(Act::Leave { participant: seats::find(view, &participant)? })).await
        }
        ParticipantAction::Mute(Whom { on, participant }) => {
            at_once(&on, |view| Ok(Act::Mute { participant: seats::find(view, &participant)? })).await
        }
        ParticipantAction::Unmute(Whom { on, participant }) => {
            at_once(&on, |view| Ok(Act::Unmute { participant: seats::find(view, &participant)? })).await
        }
        ParticipantAction::Nudge(nudge) => {
            let Whom { on, participant } = &nudge.whom;
            and_follow(on, &nudge.talking, |view| Ok(vec![Act::Nudge { participant: seats::find(view, participant)? }]))
                .await
        }
        ParticipantAction::Change(change) => change_one(change).await,
        ParticipantAction::Reorder(reorder) => {
            at_once(&reorder.on, |view| Ok(Act::Reorder { order: seats::find_all(view, &reorder.participants)? })).await
        }
    }
}

async fn list(on: &On) -> Result<Exit> {
    let view = read::open(&on.data).await?.conversation(on.id).await?;
    if on.json {
        print_json(&view.participants)?;
        return Ok(Exit::Done);
    }
    for (at, seat) in view.participants.iter().enumerate() {
        let muted = if seat.muted { ", muted" } else { "" };
        let route: Vec<_> = seat.route.iter().map(ModelRef::to_string).collect();
        print(&format!("{at}  {}  {}{muted}  ({})\n", seat.id, tame(&seat.name), route.join(", ")))?;
    }
    Ok(Exit::Done)
}

async fn seat(args: Join) -> Result<Exit> {
    let Join { on, persona, traits, demo, seat } = args;
    within(&on.data, None, async |house| {
        let route = match traits.asked.route(house).await? {
            Some(route) => route,
            None if demo => vec![demo_voice(persona.as_ref())?],
            None => Vec::new(),
        };
        let participant = NewParticipant {
            persona,
            sampling: sampling(&traits, Sampling::default()),
            name: traits.name,
            instructions: traits.instructions.as_deref().map(text_or_stdin).transpose()?,
            hue: traits.hue,
            talkativeness: traits.talkativeness,
            route,
        };
        let made = house.act(on.id, Act::Join { participant: Box::new(participant), seat }).await?;
        crate::acts::tell(house, &on, &made).await?;
        Ok(Exit::Done)
    })
    .await
}

async fn change_one(args: ChangeParticipant) -> Result<Exit> {
    let ChangeParticipant { whom: Whom { on, participant }, traits } = args;
    within(&on.data, None, async |house| {
        let view = house.view(on.id).await?;
        let participant = seats::find(&view, &participant)?;
        let change = ParticipantChange {
            route: traits.asked.route(house).await?,
            sampling: new_sampling(&traits, &view, participant),
            name: traits.name,
            hue: traits.hue,
            instructions: traits.instructions.as_deref().map(text_or_stdin).transpose()?,
            talkativeness: traits.talkativeness,
        };
        let made = house.act(on.id, Act::ChangeParticipant { participant, change: Box::new(change) }).await?;
        crate::acts::tell(house, &on, &made).await?;
        Ok(Exit::Done)
    })
    .await
}

fn demo_voice(persona: Option<&chimera_core::PersonaId>) -> Result<ModelRef> {
    let voice = match persona {
        Some(persona) => persona.clone(),
        None => "host".parse().map_err(|_| crate::fault::Fault::invalid("demo", "there is no such voice"))?,
    };
    Ok(chimera_app::demo_voice_for(&voice))
}

fn sampling(traits: &Traits, old: Sampling) -> Sampling {
    Sampling {
        temperature: traits.temperature.or(old.temperature),
        max_output_tokens: traits.answer_tokens.or(old.max_output_tokens),
    }
}

fn new_sampling(traits: &Traits, view: &ConversationView, of: chimera_core::ParticipantId) -> Option<Sampling> {
    if traits.temperature.is_none() && traits.answer_tokens.is_none() {
        return None;
    }
    let old = view.participants.iter().find(|seat| seat.id == of).map(|seat| seat.sampling.clone());
    Some(sampling(traits, old.unwrap_or_default()))
}
