use clap::{Command, CommandFactory};

use super::Args;

const PAGE: &str = include_str!("../../../../docs/terminal.md");

#[test]
fn the_command_line_holds_together() {
    Args::command().debug_assert();
}

#[test]
fn the_page_about_the_terminal_names_every_command() {
    let program = Args::command();
    let mut unnamed = Vec::new();
    for command in program.get_subcommands() {
        let name = command.get_name();
        let actions: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        let is_named = |words: &str| PAGE.contains(&format!("`{words}")) || PAGE.contains(&format!(" {words} "));
        if !is_named(name) {
            unnamed.push(name.to_owned());
        }
        let rest = actions.into_iter().filter(|action| !is_named(&format!("{name} {action}")) && !is_named(action));
        unnamed.extend(rest.map(|action| format!("{name} {action}")));
    }

    assert!(unnamed.is_empty(), "docs/terminal.md does not name {}", unnamed.join(", "));
}
