use chimera_app::{Chimera, Options, Result};
use chimera_core::{AttemptPurpose, ConversationUsage, Spent};

use crate::args::Usage;
use crate::exit::Exit;
use crate::out::{print, print_json, tame};
use crate::talk::data_dir;

pub async fn run(args: Usage) -> Result<Exit> {
    let chimera = Chimera::open_read_only(Options::new(data_dir(&args.data)?)).await?;
    let usage = chimera.usage(args.id).await?;
    if args.json {
        print_json(&usage)?
    } else {
        print(&table(&usage))?
    }
    Ok(Exit::Done)
}

fn table(usage: &ConversationUsage) -> String {
    let mut text = row("total", &usage.total);
    text.push('\n');
    for sum in &usage.participants {
        text.push_str(&row(&tame(&sum.name), &sum.spent));
    }
    for sum in &usage.asides {
        let name = match sum.purpose {
            AttemptPurpose::Speak => "(spoken)",
            AttemptPurpose::Choose => "(who speaks next)",
            AttemptPurpose::Summarise => "(summaries)",
        };
        text.push_str(&row(name, &sum.spent));
    }
    text.push('\n');
    for sum in &usage.models {
        text.push_str(&row(&tame(&sum.model.to_string()), &sum.spent));
    }
    text
}

fn row(name: &str, spent: &Spent) -> String {
    let Spent { attempts, input_tokens, output_tokens, cached_tokens, reasoning_tokens, cost } = spent;
    let mut parts = format!("{name}: {cost} for {attempts} calls, {input_tokens} tokens in");
    if *cached_tokens > 0 {
        parts.push_str(&format!(" ({cached_tokens} cached)"));
    }
    parts.push_str(&format!(", {output_tokens} out"));
    if *reasoning_tokens > 0 {
        parts.push_str(&format!(" ({reasoning_tokens} reasoning)"));
    }
    parts + "\n"
}
