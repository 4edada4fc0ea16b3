//! Alternatives, versions and branches in a terminal.

use chimera_app::{Chimera, EditAs, Options, Result, Subscription};
use chimera_core::{
    BranchComparison, BranchReason, BranchView, ConversationId, ConversationState, EventKind, FeedItem, Message,
    MessageId, ModelRef, Topic,
};

use crate::args::{Branch, BranchAction, Branches, Data, Message as MessageArgs, MessageAction, OfMessage, Undo};
use crate::exit::Exit;
use crate::out::{print, print_json, tame};
use crate::read;
use crate::script::Script;
use crate::talk::data_dir;

pub async fn branches(args: Branches) -> Result<Exit> {
    let branches = read::open(&args.data).await?.branches(args.id).await?;
    if args.json {
        print_json(&branches)?;
    } else {
        for branch in &branches {
            print(&row(branch))?;
        }
    }
    Ok(Exit::Done)
}

pub async fn branch(args: Branch) -> Result<Exit> {
    match args.action {
        BranchAction::Create { id, from, name, data } => {
            let made = writing(&data, async |chimera| chimera.branch(id, from, name.as_deref()).await).await?;
            print(&format!("{made}\n"))?;
        }
        BranchAction::Switch { id, branch, data } => {
            writing(&data, async |chimera| chimera.switch_branch(id, branch).await).await?;
        }
        BranchAction::Rename { id, branch, name, data } => {
            writing(&data, async |chimera| chimera.rename_branch(id, branch, &name).await).await?;
        }
        BranchAction::Compare { id, left, right, json, data } => {
            let chimera = read::open(&data).await?;
            let compared = chimera.compare_branches(id, left, right).await?;
            if json {
                print_json(&compared)?;
            } else {
                let script = Script::of(&chimera.conversation(id).await?);
                print(&side_by_side(&compared, &script))?;
            }
        }
    }
    Ok(Exit::Done)
}

pub async fn message(args: MessageArgs) -> Result<Exit> {
    match args.action {
        MessageAction::Regenerate { of: OfMessage { id, message, data }, model } => {
            return writing(&data, async |chimera| regenerate(chimera, id, message, model).await).await;
        }
        MessageAction::Choose(OfMessage { id, message, data }) => {
            writing(&data, async |chimera| chimera.choose_alternative(id, message).await).await?;
        }
        MessageAction::Edit { of: OfMessage { id, message, data }, text, as_branch } => {
            let edit = if as_branch { EditAs::Branch } else { EditAs::Version };
            writing(&data, async |chimera| chimera.edit_message(id, message, &text, edit).await).await?;
        }
        MessageAction::Delete(OfMessage { id, message, data }) => {
            writing(&data, async |chimera| chimera.delete_message(id, message).await).await?;
        }
        MessageAction::Restore(OfMessage { id, message, data }) => {
            writing(&data, async |chimera| chimera.restore_message(id, message).await).await?;
        }
        MessageAction::Versions { of: OfMessage { id, message, data }, json } => {
            let versions = read::open(&data).await?.versions(id, message).await?;
            if json {
                print_json(&versions)?;
            } else {
                for version in versions {
                    let shown = if version.current { ", shown" } else { "" };
                    print(&format!("\n{}  {}{shown}\n{}\n", version.version, version.at, tame(&version.text)))?;
                }
            }
        }
    }
    Ok(Exit::Done)
}

pub async fn undo(args: Undo) -> Result<Exit> {
    writing(&args.data, async |chimera| chimera.undo(args.id).await).await?;
    Ok(Exit::Done)
}

pub async fn redo(args: Undo) -> Result<Exit> {
    writing(&args.data, async |chimera| chimera.redo(args.id).await).await?;
    Ok(Exit::Done)
}

/// Prints the alternative as it comes. Ctrl-C cuts it off; what was said is kept.
async fn regenerate(
    chimera: &Chimera,
    id: ConversationId,
    message: MessageId,
    model: Option<ModelRef>,
) -> Result<Exit> {
    let mut script = Script::of(&chimera.conversation(id).await?);
    let topics = Some(vec![Topic::Conversation(id)]);
    let mut feed = chimera.subscribe(Subscription { topics, ..Subscription::default() })?;
    chimera.regenerate(id, message, model).await?;
    let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
    let mut exit = Exit::Done;
    loop {
        let frame = tokio::select! {
            frame = feed.next() => frame?,
            _ = &mut interrupt, if exit == Exit::Done => {
                exit = Exit::Stopped;
                chimera.skip(id).await?;
                continue;
            }
        };
        let Some(frame) = frame else { return Ok(exit) };
        print(&script.next(frame.item()))?;
        match state(frame.item()) {
            None | Some(ConversationState::Running) => {}
            Some(ConversationState::NeedsAttention) => return Ok(Exit::NoModelAnswered),
            Some(ConversationState::Draft | ConversationState::Paused | ConversationState::Completed) => {
                return Ok(exit);
            }
        }
    }
}

fn state(item: &FeedItem) -> Option<ConversationState> {
    match item {
        FeedItem::Event(event) => match event.kind {
            EventKind::ConversationStateChanged { state, .. } => Some(state),
            _ => None,
        },
        FeedItem::Delta(_) | FeedItem::Snapshot(_) => None,
    }
}

/// Opened for writing, and closed again whatever comes of it.
async fn writing<T>(data: &Data, act: impl AsyncFnOnce(&Chimera) -> Result<T>) -> Result<T> {
    let chimera = Chimera::open(Options::new(data_dir(data)?)).await?;
    let done = act(&chimera).await;
    let closed = chimera.close().await;
    let done = done?;
    closed?;
    Ok(done)
}

fn row(branch: &BranchView) -> String {
    let why = match branch.why {
        BranchReason::First => "the first".to_owned(),
        BranchReason::Branched => "branched".to_owned(),
        BranchReason::Regenerated { message } => format!("regenerated {message}"),
        BranchReason::Edited { message } => format!("edited {message}"),
    };
    let mark = if branch.current { "*" } else { " " };
    format!("{mark} {}  {} messages  {}  ({why})\n", branch.id, branch.messages, tame(&branch.name))
}

fn side_by_side(compared: &BranchComparison, script: &Script) -> String {
    let BranchComparison { left, right, common, rows, .. } = compared;
    let (left, right) = (tame(&left.name), tame(&right.name));
    let mut text = format!("{left} | {right}: {common} messages in common\n");
    let mut line = |branch: &str, message: Option<&Message>| {
        if let Some(message) = message {
            text.push_str(&format!("\n{branch} | {}\n{}\n", script.author(message.author), tame(&message.text)));
        }
    };
    for row in rows {
        line(&left, row.left.as_ref());
        line(&right, row.right.as_ref());
    }
    text
}
