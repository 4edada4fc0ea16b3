use chimera_app::{Chimera, Error, Result};
use chimera_core::{ParticipantId, PromptImage, PromptPart, PromptView, Role};

use crate::args::Prompt;
use crate::exit::Exit;
use crate::out::{print, print_json, tame};
use crate::read;

pub async fn run(args: Prompt) -> Result<Exit> {
    let chimera = read::open(&args.data).await?;
    if args.thoughts {
        let thoughts = match args.attempt {
            Some(attempt) => chimera.thoughts_of(args.id, attempt).await?,
            None => chimera.thoughts_of_turn(args.id, args.turn).await?,
        };
        if args.json {
            print_json(&thoughts)?
        } else {
            print(&format!("{}\n", tame(&thoughts.text)))?
        }
        return Ok(Exit::Done);
    }
    let view = if args.next {
        let participant = match &args.participant {
            Some(name) => Some(seat(&chimera, &args, name).await?),
            None => None,
        };
        chimera.prompt_preview(args.id, participant).await?
    } else {
        match args.attempt {
            Some(attempt) => chimera.prompt_of(args.id, attempt).await?,
            None => chimera.prompt_of_turn(args.id, args.turn).await?,
        }
    };
    if args.json {
        print_json(&view)?
    } else {
        print(&render(&view, args.next))?
    }
    Ok(Exit::Done)
}

async fn seat(chimera: &Chimera, args: &Prompt, name: &str) -> Result<ParticipantId> {
    let table = chimera.conversation(args.id).await?.participants;
    let found = table.iter().find(|seat| seat.name.to_lowercase() == name.to_lowercase());
    found.map(|seat| seat.id).ok_or_else(|| {
        let names: Vec<_> = table.iter().map(|seat| seat.name.as_str()).collect();
        Error::invalid("participant", format!("nobody here is called {name}: choose from {}", names.join(", ")))
    })
}

fn render(view: &PromptView, is_preview: bool) -> String {
    let truth = match (is_preview, view.exact) {
        (true, _) => "as it would be sent now",
        (false, true) => "exactly as it was sent",
        (false, false) => "made again of the log; what was sent may have differed",
    };
    let mut text = format!("{}  about {} tokens of {}, {truth}\n\n", view.model, view.size_tokens, view.window_tokens);
    for share in &view.shares {
        text.push_str(&format!("{:>8}  {:>7} tokens  {:>5.1} %\n", name(share.part), share.tokens, share.percent));
    }
    text.push_str(&format!("\n--- system\n{}\n", tame(&view.system)));
    let mut role = None;
    for piece in &view.messages {
        if role.replace(piece.role) != Some(piece.role) {
            let name = match piece.role {
                Role::User => "user",
                Role::Assistant => "assistant",
            };
            text.push_str(&format!("\n--- {name}\n"));
        } else {
            text.push('\n');
        }
        text.push_str(&format!("{}\n", tame(&piece.text)));
        for PromptImage { image, tokens, .. } in piece.images.iter().filter(|image| image.shown) {
            text.push_str(&format!("  ⧉ {}, about {tokens} tokens\n", tame(&image.label())));
        }
    }
    text
}

fn name(part: PromptPart) -> &'static str {
    match part {
        PromptPart::Persona => "persona",
        PromptPart::Table => "table",
        PromptPart::Topic => "topic",
        PromptPart::Rules => "rules",
        PromptPart::Summary => "summary",
        PromptPart::Pinned => "pinned",
        PromptPart::Own => "own",
        PromptPart::Others => "others",
        PromptPart::Whispers => "whispers",
        PromptPart::Notes => "notes",
        PromptPart::Images => "images",
    }
}
