//! Twenty conversations at once on small budgets, stopped, skipped, paused and resumed at random, while the app is closed
//! and killed under them and opened again: no call is begun over a budget, and nothing begins to talk by itself.
//!
//! A kill drops the whole runtime with everything that is under way on it; the servers live on one of their own and keep
//! a record. `CHIMERA_STORMS` sets how many conversations weather it; `cargo xtask storm` takes a thousand.

mod audit;
mod weather;

use std::path::Path;

use chimera_app::{CallLimits, Chimera, Keyring, NewModelFacts, NewPrice, Options};
use chimera_core::{
    ConversationId, ConversationState, EndRules, ModelRef, Money, NewConversation, NewParticipant, Policy, Sampling,
    Seq, Unpriced,
};
use tokio::runtime::{Builder, Runtime};

use crate::house::seat;
use audit::Audit;
use weather::{Dice, Servers};

const RUNS: usize = 120;
const AT_ONCE: usize = 20;
const POLICIES: [Policy; 4] = [Policy::RoundRobin, Policy::Balanced, Policy::Random, Policy::Parallel];
/// How often the app is opened on one and the same history.
const LIVES: usize = 3;

#[test]
fn no_budget_is_passed_and_nothing_resumes_by_itself_however_the_app_ends() {
    let runs = std::env::var("CHIMERA_STORMS").ok().map(|runs| runs.parse().expect("CHIMERA_STORMS is a number"));
    let runs: usize = runs.unwrap_or(RUNS);
    let mut audit = Audit::default();
    for batch in 0..runs.div_ceil(AT_ONCE) {
        weathered(&mut Dice::new(batch as u64 + 1), &mut audit);
    }
    println!("{audit}");
    assert!(audit.calls > runs && audit.at_the_limit > 0, "there was something to hold back: {audit}");
}

/// One history with its conversations, from the first opening of the app to the last.
fn weathered(dice: &mut Dice, audit: &mut Audit) {
    let outside = runtime();
    let servers = outside.block_on(Servers::open());
    let folder = tempfile::tempdir().unwrap();
    let mut talks = Vec::new();
    for life in 0..LIVES {
        let inside = runtime();
        let app = inside.block_on(async {
            let app = opened(folder.path()).await;
            nobody_talks(&app).await;
            if life == 0 {
                talks = seated(&app, &servers, dice).await;
            }
            weather::talk(&app, &talks, dice).await;
            app
        });
        if dice.throw(2) == 0 {
            inside.block_on(app.close()).unwrap();
            audit.closed += 1;
        } else {
            audit.killed += 1;
        }
        drop(app);
        drop(inside);
    }

    let inside = runtime();
    inside.block_on(async {
        let app = opened(folder.path()).await;
        nobody_talks(&app).await;
        let requests = servers.requests();
        for id in &talks {
            let topic = Some(chimera_core::Topic::Conversation(*id));
            let mut log = Vec::new();
            loop {
                let after = log.last().map_or(Seq::START, |event: &chimera_core::Event| event.seq);
                let page = app.events(after, topic, 1_000).await.unwrap();
                if page.is_empty() {
                    break;
                }
                log.extend(page);
            }
            audit.examine(&log, &requests);
        }
        assert_eq!(app.rebuild().await.unwrap(), None);
        app.close().await.unwrap();
    });
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

async fn opened(folder: &Path) -> Chimera {
    let calls = CallLimits { elsewhere: 1, nearby: AT_ONCE / 2 };
    let options = Options { keyring: Keyring::in_memory(), calls, ..Options::new(folder.join("data")) };
    Chimera::open(options).await.unwrap()
}

/// Nobody has asked for anything yet.
async fn nobody_talks(app: &Chimera) {
    let running = |state: ConversationState| state == ConversationState::Running;
    let list = app.conversations(None, 200).await.unwrap();
    assert!(!list.items.iter().any(|talk| running(talk.state)), "somebody talks unasked");
}

/// Every one with a budget of its own, in tokens or in money, and an unlike set of servers.
async fn seated(app: &Chimera, servers: &Servers, dice: &mut Dice) -> Vec<ConversationId> {
    let routes = servers.routes(app).await;
    for model in routes.iter().flatten() {
        let price = Some(NewPrice { input: 1_000_000, output: 1_000_000, cached_input: None });
        app.set_model_facts(model.clone(), NewModelFacts { price, ..NewModelFacts::default() }).await.unwrap();
    }
    let mut talks = Vec::new();
    for _ in 0..AT_ONCE {
        let limit = 1_500 + 250 * dice.throw(40);
        let end = match dice.throw(2) {
            0 => EndRules { tokens: Some(limit), ..EndRules::NONE },
            // A dollar for a million tokens is a thousand billionths for one.
            _ => {
                let money = Some(Money::from_nanos(u64::from(limit) * 1_000));
                EndRules { money, unpriced: Unpriced::Refuse, ..EndRules::NONE }
            }
        };
        let route = |dice: &mut Dice| routes[dice.throw(routes.len() as u32) as usize].clone();
        let new = NewConversation {
            topic: format!("storm-{:04}-", talks.len()),
            participants: vec![person("Ada", route(dice)), person("Ben", route(dice))],
            policy: POLICIES[dice.throw(POLICIES.len() as u32) as usize],
            end,
            seed: Some(dice.throw(1_000)),
            ..NewConversation::default()
        };
        talks.push(app.create_conversation(new).await.unwrap().id);
    }
    talks
}

fn person(name: &str, route: Vec<ModelRef>) -> NewParticipant {
    let sampling = Sampling { max_output_tokens: Some(100), ..Sampling::default() };
    NewParticipant { sampling, ..seat(name, route) }
}
