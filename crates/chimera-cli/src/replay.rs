//! What has been written down, made again: a recording by the engine, the tables from the log.

use chimera_app::{Chimera, Options, Result, replay_recording};
use chimera_core::FeedItem;

use crate::args::{Rebuild, Replay};
use crate::exit::Exit;
use crate::out::print;
use crate::script::Script;
use crate::talk::data_dir;

pub fn run(args: Replay) -> Result<Exit> {
    let mut script = Script::default();
    let difference = replay_recording(&args.file, |event| {
        let item = FeedItem::Event(event.clone());
        print(&if args.json {
            let json = serde_json::to_string(&item).expect("plain data with string keys always becomes JSON");
            format!("{json}\n")
        } else {
            script.next(&item)
        })
    })?;
    Ok(match difference {
        Some(difference) => {
            eprintln!("chimera: {difference}");
            Exit::Differs
        }
        None => Exit::Done,
    })
}

pub async fn rebuild(args: Rebuild) -> Result<Exit> {
    let chimera = Chimera::open(Options::new(data_dir(&args.data)?)).await?;
    let difference = chimera.rebuild().await;
    chimera.close().await?;
    Ok(match difference? {
        Some(difference) => {
            eprintln!("chimera: the tables were not what the log says, and now are: {difference}");
            Exit::Differs
        }
        None => {
            print("All tables were made anew from the log; they are the same as before.\n")?;
            Exit::Done
        }
    })
}
