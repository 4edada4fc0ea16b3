use std::sync::mpsc::{Receiver, Sender, channel};

use chimera_core::Secret;

use super::*;
use crate::in_memory::InMemory;

/// Time stands still until every task waits, and then jumps to the next deadline: no test here lasts five seconds.
#[tokio::test(start_paused = true)]
async fn a_call_that_never_returns_is_late_and_the_next_one_is_answered() {
    let desk = desk();
    let (_hold, held) = channel::<()>();

    let hung = desk.call(hang(held)).await;
    tokio::time::resume();
    let next = desk.call(|vault| vault.get("a")).await;

    assert_eq!(hung.unwrap_err().state, KeyringState::Timeout);
    assert_eq!(next, Ok(None));
}

#[tokio::test]
async fn a_person_who_is_asked_for_a_password_has_time_to_type_it() {
    let (desk, prompt) = desk_with_prompt();
    let (hold, held) = channel::<()>();
    let (job, is_open) = ask(&prompt, held);

    let typed = async {
        is_open.await.unwrap();
        assert!(desk.asks_a_person());
        tokio::time::pause();
        tokio::time::advance(DEADLINE_OF_A_PERSON - DEADLINE).await;
        tokio::time::resume();
        drop(hold);
    };
    let (unlocked, ()) = tokio::join!(desk.call(job), typed);

    assert_eq!(unlocked, Ok(()));
    assert!(!desk.asks_a_person());
}

#[tokio::test]
async fn a_dialog_that_nobody_answers_is_given_up_and_the_next_call_is_answered() {
    let (desk, prompt) = desk_with_prompt();
    let (_hold, held) = channel::<()>();
    let (job, is_open) = ask(&prompt, held);
    let begun = tokio::time::Instant::now();

    let nobody = async {
        is_open.await.unwrap();
        tokio::time::pause();
    };
    let (late, ()) = tokio::join!(desk.call(job), nobody);
    tokio::time::resume();

    assert_eq!(late.unwrap_err().state, KeyringState::Timeout);
    assert!(begun.elapsed() >= DEADLINE_OF_A_PERSON, "it was given up after {:?}", begun.elapsed());
    assert!(!desk.asks_a_person());
    assert_eq!(desk.call(|vault| vault.get("a")).await, Ok(None));
}

#[tokio::test]
async fn where_a_dialog_may_open_unseen_every_call_has_the_time_of_a_person() {
    let desk = desk_of(Dialogs::Unannounced).0;
    let (hold, held) = channel::<()>();
    let (begun, has_begun) = oneshot::channel();
    let job = move |_: &mut dyn Vault| {
        let _ = begun.send(());
        let _ = held.recv();
        Ok(())
    };

    let typed = async {
        has_begun.await.unwrap();
        assert!(!desk.asks_a_person(), "nobody knows");
        tokio::time::pause();
        tokio::time::advance(DEADLINE_OF_A_PERSON - DEADLINE).await;
        tokio::time::resume();
        drop(hold);
    };
    let (allowed, ()) = tokio::join!(desk.call(job), typed);

    assert_eq!(allowed, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_glance_waits_for_no_person_and_not_behind_one() {
    let desk = desk_of(Dialogs::Unannounced).0;
    let begun = tokio::time::Instant::now();
    let glance = async || {
        let (_hold, held) = channel::<()>();
        let late = desk.glance(hang(held)).await.unwrap_err();
        (late.state, begun.elapsed())
    };
    let (_hold, held) = channel::<()>();

    let alone = glance().await;
    let (hung, behind) = tokio::join!(desk.call(hang(held)), glance());

    assert_eq!(alone, (KeyringState::Timeout, DEADLINE));
    assert_eq!(behind, (KeyringState::Timeout, 2 * DEADLINE));
    assert_eq!(hung.unwrap_err().state, KeyringState::Timeout);
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_behind_a_glance_that_is_late_is_answered() {
    for dialogs in [Dialogs::Announced, Dialogs::Unannounced] {
        let desk = desk_of(dialogs).0;
        let (_hold, held) = channel::<()>();
        let glance = async {
            let late = desk.glance(hang(held)).await;
            tokio::time::resume();
            late
        };

        let (late, answered) = tokio::join!(glance, desk.call(|vault| vault.get("a")));

        assert_eq!(late.unwrap_err().state, KeyringState::Timeout);
        assert_eq!(answered, Ok(None), "{dialogs:?}");
        tokio::time::pause();
    }
}

#[tokio::test(start_paused = true)]
async fn those_who_waited_behind_a_call_that_hung_do_not_wait_again() {
    let desk = desk();
    let (_hold, held) = channel::<()>();
    let begun = tokio::time::Instant::now();

    let (first, second, third) =
        tokio::join!(desk.call(hang(held)), desk.call(|vault| vault.get("a")), desk.call(|vault| vault.get("b")));

    let states = [first.unwrap_err().state, second.unwrap_err().state, third.unwrap_err().state];
    assert_eq!(states, [KeyringState::Timeout; 3]);
    assert!(begun.elapsed() < 2 * DEADLINE, "they waited {:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_thread_that_was_left_behind_ends_when_its_call_does() {
    let desk = desk();
    let (hold, held) = channel::<()>();
    let ended = until_all_have_ended(&desk);
    desk.call(hang(held)).await.unwrap_err();

    drop(hold);

    ended.join().unwrap();
}

#[tokio::test(start_paused = true)]
async fn only_so_many_threads_are_lost_to_a_keyring_that_never_answers() {
    let desk = desk();
    let mut holds: Vec<Sender<()>> = Vec::new();
    for _ in 0..MAX_LEFT_BEHIND {
        let (hold, held) = channel();
        holds.push(hold);
        desk.call(hang(held)).await.unwrap_err();
    }
    tokio::time::resume();

    let refused = desk.call(|vault| vault.get("a")).await;
    assert_eq!(refused.unwrap_err().state, KeyringState::Timeout);

    let ended = until_all_have_ended(&desk);
    drop(holds);
    ended.join().unwrap();
    assert_eq!(desk.call(|vault| vault.get("a")).await, Ok(None), "the threads came back, and so does the keyring");
}

#[tokio::test]
async fn a_panic_in_the_keyring_is_named_and_does_not_last() {
    let desk = desk();

    let broken = desk.call::<()>(|_| panic!("a bug of the keyring's client")).await;
    let next = desk.call(|vault| vault.set("a", &Secret::new("b"))).await;

    assert_eq!(broken.unwrap_err().state, KeyringState::Unavailable);
    assert_eq!(next, Ok(()));
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_any_more_is_made_and_holds_nobody_up() {
    let desk = desk();
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let (hold, held) = channel::<()>();
    let given_up = async {
        desk.call(move |vault| {
            let _ = begun.send(());
            let _ = held.recv();
            vault.set("a", &Secret::new("b"))
        })
        .await
    };
    tokio::select! {
        _ = given_up => panic!("it cannot have ended"),
        _ = has_begun => {}
    }

    drop(hold);

    assert_eq!(desk.call(|vault| vault.get("a")).await, Ok(Some(Secret::new("b"))));
}

/// The dialog is open until the other end of `held` is dropped; tells when it is.
fn ask(
    prompt: &Arc<Mutex<Option<Prompt>>>,
    held: Receiver<()>,
) -> (impl FnOnce(&mut dyn Vault) -> Result<(), Trouble> + Send + use<>, oneshot::Receiver<()>) {
    let (opened, is_open) = oneshot::channel();
    let prompt = Arc::clone(prompt);
    let job = move |_: &mut dyn Vault| {
        let prompt = prompt.lock().unwrap().clone().unwrap();
        prompt.while_open(|| {
            let _ = opened.send(());
            let _ = held.recv();
        });
        Ok(())
    };
    (job, is_open)
}

fn desk() -> Desk {
    desk_with_prompt().0
}

/// The desk, and the dialog of its newest thread.
fn desk_with_prompt() -> (Desk, Arc<Mutex<Option<Prompt>>>) {
    desk_of(Dialogs::Announced)
}

fn desk_of(dialogs: Dialogs) -> (Desk, Arc<Mutex<Option<Prompt>>>) {
    let (vault, newest) = (InMemory::default(), Arc::new(Mutex::new(None)));
    let known = Arc::clone(&newest);
    let open = move |prompt| -> Box<dyn Vault> {
        *known.lock().unwrap() = Some(prompt);
        Box::new(vault.clone())
    };
    (Desk::new(open, dialogs), newest)
}

/// Lasts until the other end is dropped.
fn hang(held: Receiver<()>) -> impl FnOnce(&mut dyn Vault) -> Result<(), Trouble> + Send {
    move |_| {
        let _ = held.recv();
        Ok(())
    }
}

/// A thread that ends when no thread of the desk is left.
fn until_all_have_ended(desk: &Desk) -> thread::JoinHandle<()> {
    let alive = Arc::clone(&desk.thread().alive);
    thread::spawn(move || {
        // One is held by the desk and one here.
        while Arc::strong_count(&alive) > 2 {
            thread::yield_now();
        }
    })
}
