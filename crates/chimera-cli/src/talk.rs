use std::io::IsTerminal;

use chimera_app::{Chimera, Error, FeedReader, Options, Pace, Result, StopWhen, Subscription, default_data_dir};
use chimera_core::{
    ConversationId, ConversationState, EndRules, EventKind, FeedItem, ModelRef, NewConversation, NewParticipant,
    PersonaId, Secret,
};

use crate::args::{Data, Talk};
use crate::exit::Exit;
use crate::out::print;
use crate::script::Script;

/// Where the history lies for a command.
pub fn data_dir(data: &Data) -> Result<std::path::PathBuf> {
    data.data_dir.clone().map_or_else(default_data_dir, Ok)
}

pub async fn run(args: Talk) -> Result<Exit> {
    let mut options = Options::new(data_dir(&args.data)?);
    options.pace = match args.pace {
        Some(pace) => pace.into(),
        None if std::io::stdout().is_terminal() => options.pace,
        None => Pace::Brisk,
    };
    let chimera = Chimera::open(options).await?;
    let ended = hold(&chimera, args).await;
    let closed = chimera.close().await;
    let exit = ended?;
    closed?;
    Ok(exit)
}

async fn hold(chimera: &Chimera, args: Talk) -> Result<Exit> {
    let feed = chimera.subscribe(Subscription::default())?;
    let key = args.key_env.as_deref().map(key_from).transpose()?;
    let route = match &args.route {
        Some(spec) => Some(chimera.route(spec, key).await?),
        None => None,
    };
    let created = chimera
        .create_conversation(NewConversation {
            topic: args.topic.clone(),
            participants: args.personas.iter().map(|persona| seat(persona, route.as_ref())).collect(),
            policy: args.policy.into(),
            end: EndRules { turns: Some(args.turns) },
            seed: args.seed,
            stall_after_s: args.stall_after,
            ..NewConversation::default()
        })
        .await?;
    chimera.start(created.id).await?;
    if args.json {
        follow(chimera, feed, created.id, as_json()).await
    } else {
        follow(chimera, feed, created.id, as_script()).await
    }
}

/// Prints what the feed brings until the conversation ends or the user has heard enough.
async fn follow(
    chimera: &Chimera,
    mut feed: FeedReader,
    id: ConversationId,
    mut show: impl FnMut(&chimera_app::Frame) -> Result<()>,
) -> Result<Exit> {
    let mut exit = None;
    let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
    let mut was_interrupted = false;
    while exit.is_none() {
        let frame = tokio::select! {
            frame = feed.next() => frame?,
            _ = &mut interrupt, if !was_interrupted => {
                was_interrupted = true;
                chimera.stop(id, StopWhen::Now).await?;
                continue;
            }
        };
        let Some(frame) = frame else { break };
        show(&frame)?;
        exit = ended(frame.item());
    }
    Ok(if was_interrupted { Exit::Stopped } else { exit.unwrap_or(Exit::Stopped) })
}

fn as_json() -> impl FnMut(&chimera_app::Frame) -> Result<()> {
    |frame| print(&format!("{}\n", frame.json()))
}

fn as_script() -> impl FnMut(&chimera_app::Frame) -> Result<()> {
    let mut script = Script::default();
    move |frame| print(&script.next(frame.item()))
}

fn ended(item: &FeedItem) -> Option<Exit> {
    let FeedItem::Event(event) = item else { return None };
    match &event.kind {
        EventKind::ConversationStateChanged { state: ConversationState::Completed, .. } => Some(Exit::Done),
        EventKind::ConversationStateChanged { state: ConversationState::NeedsAttention, .. } => {
            Some(Exit::NoModelAnswered)
        }
        _ => None,
    }
}

/// A persona on the given route, or on the demo voice of its name.
fn seat(persona: &PersonaId, route: Option<&Vec<ModelRef>>) -> NewParticipant {
    let route = route.cloned().unwrap_or_else(|| vec![chimera_app::demo_voice_for(persona)]);
    NewParticipant { persona: Some(persona.clone()), route, ..NewParticipant::default() }
}

fn key_from(variable: &str) -> Result<Secret> {
    match std::env::var(variable) {
        Ok(key) if !key.trim().is_empty() => Ok(Secret::new(key.trim())),
        _ => Err(Error::invalid(
            "key-env",
            format!("the environment variable {variable} is not set or empty: put the key there"),
        )),
    }
}
