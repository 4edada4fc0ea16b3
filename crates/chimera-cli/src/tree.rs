//! Alternatives, versions and branches in a terminal.

use chimera_app::EditAs;
use chimera_core::{BranchComparison, BranchReason, BranchView, Message};

use crate::act::Act;
use crate::acts::{and_follow, at_once, go};
use crate::args::{
    Branch, BranchAction, Branches, Continue, Message as MessageArgs, MessageAction, OfMessage, On, Regenerate,
    Versions,
};
use crate::exit::Exit;
use crate::fault::Result;
use crate::follow::OnInterrupt;
use crate::house::within;
use crate::out::{print, print_json, tame};
use crate::read;
use crate::script::Script;

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
        BranchAction::Create { on, from, name } => at_once(&on, |_| Ok(Act::Branch { from, name })).await,
        BranchAction::Switch { on, branch } => at_once(&on, |_| Ok(Act::SwitchBranch { branch })).await,
        BranchAction::Rename { on, branch, name } => at_once(&on, |_| Ok(Act::RenameBranch { branch, name })).await,
        BranchAction::Compare { id, left, right, json, data } => {
            let chimera = read::open(&data).await?;
            let compared = chimera.compare_branches(id, left, right).await?;
            if json {
                print_json(&compared)?;
            } else {
                let script = Script::of(&chimera.conversation(id).await?);
                print(&side_by_side(&compared, &script))?;
            }
            Ok(Exit::Done)
        }
    }
}

pub async fn message(args: MessageArgs) -> Result<Exit> {
    match args.action {
        MessageAction::Regenerate(regenerate) => say_anew(regenerate).await,
        MessageAction::Continue(Continue { of: OfMessage { on, message }, talking }) => {
            and_follow(&on, &talking, |_| Ok(vec![Act::ContinueFrom { message }])).await
        }
        MessageAction::Choose(OfMessage { on, message }) => {
            at_once(&on, |_| Ok(Act::ChooseAlternative { message })).await
        }
        MessageAction::Edit { of: OfMessage { on, message }, text, as_branch } => {
            let edit = if as_branch { EditAs::Branch } else { EditAs::Version };
            at_once(&on, |_| Ok(Act::EditMessage { message, text, edit })).await
        }
        MessageAction::Delete(OfMessage { on, message }) => at_once(&on, |_| Ok(Act::DeleteMessage { message })).await,
        MessageAction::Restore(OfMessage { on, message }) => {
            at_once(&on, |_| Ok(Act::RestoreMessage { message })).await
        }
        MessageAction::Versions(versions) => show_versions(versions).await,
    }
}

async fn show_versions(Versions { id, message, json, data }: Versions) -> Result<Exit> {
    let versions = read::open(&data).await?.versions(id, message).await?;
    if json {
        print_json(&versions)?;
        return Ok(Exit::Done);
    }
    for version in versions {
        let shown = if version.current { ", shown" } else { "" };
        print(&format!("\n{}  {}{shown}\n{}\n", version.version, version.at, tame(&version.text)))?;
    }
    Ok(Exit::Done)
}

pub async fn undo(on: On) -> Result<Exit> {
    at_once(&on, |_| Ok(Act::Undo)).await
}

pub async fn redo(on: On) -> Result<Exit> {
    at_once(&on, |_| Ok(Act::Redo)).await
}

/// Prints the alternative as it comes. Ctrl-C cuts it off; what was said is kept.
async fn say_anew(args: Regenerate) -> Result<Exit> {
    let Regenerate { of: OfMessage { on, message }, model, talking } = args;
    within(&on.data, talking.pace.map(Into::into), async |house| {
        go(house, &on, &talking, vec![Act::Regenerate { message, model }], OnInterrupt::Skip).await
    })
    .await
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
