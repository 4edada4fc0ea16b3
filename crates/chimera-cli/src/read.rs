use chimera_app::{Chimera, Options, Result};
use chimera_core::{ConversationState, FeedItem, Seq, Topic};

use crate::args::{Data, Events, Personas, Show};
use crate::exit::Exit;
use crate::out::{print, print_json};
use crate::script;
use crate::talk::data_dir;

pub async fn show(args: Show) -> Result<Exit> {
    let chimera = open(&args.data).await?;
    let view = match args.branch {
        None => chimera.conversation(args.id).await?,
        Some(branch) => chimera.conversation_on(args.id, branch).await?,
    };
    if args.json {
        print_json(&view)?
    } else {
        print(&script::render(&view, args.ids))?
    }
    Ok(Exit::Done)
}

pub fn personas(args: &Personas) -> Result<Exit> {
    let personas = chimera_app::personas();
    if args.json {
        print_json(&personas)?;
        return Ok(Exit::Done);
    }
    for persona in &personas {
        print(&format!("{}  {}\n  {}\n", persona.id, persona.name, persona.tagline))?;
    }
    Ok(Exit::Done)
}

pub async fn events(args: Events) -> Result<Exit> {
    let topic = args.id.map(Topic::Conversation);
    for event in open(&args.data).await?.events(Seq(args.after), topic, args.limit).await? {
        let line = serde_json::to_string(&FeedItem::Event(event)).expect("plain data always becomes JSON");
        print(&format!("{line}\n"))?;
    }
    Ok(Exit::Done)
}

/// Reading needs no lock: it works beside an open window.
pub async fn open(data: &Data) -> Result<Chimera> {
    Chimera::open_read_only(Options::new(data_dir(data)?)).await
}

pub fn state_words(state: ConversationState) -> &'static str {
    match state {
        ConversationState::Draft => "draft",
        ConversationState::Running => "running",
        ConversationState::Paused => "paused",
        ConversationState::Completed => "completed",
        ConversationState::NeedsAttention => "needs attention",
    }
}
