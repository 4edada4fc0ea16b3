//! The one thread that speaks with the keyring, and how not to be held up by it.
//!
//! Several threads at once make some keyrings fail, and any call may block for as long as a password dialog stays open
//! or for ever. So calls take turns, and each has a deadline: a short one for a program, and a long one wherever a person
//! may be asked for a password. A thread that does not come back in time is left behind: it ends by
//! itself when its call does, and the next call gets a fresh one.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use tokio::sync::{AcquireError, Semaphore, SemaphorePermit, oneshot, watch};
use tokio::time::{sleep, timeout};

use crate::KeyringState;
use crate::vault::{Dialogs, Prompt, Trouble, Vault};

const DEADLINE: Duration = Duration::from_secs(5);
/// While a dialog is open, or may be: time to see it, and to find and type a password. Whoever is asked needs the same
/// time on every system, so where a keyring opens its dialogs by itself any of its calls has it: that one which hangs
/// for another reason is given up later there does less harm than a question that vanishes while somebody answers it.
const DEADLINE_OF_A_PERSON: Duration = Duration::from_secs(120);
/// Threads that never came back. With so many the keyring is beyond hope, and another would only be lost, too.
const MAX_LEFT_BEHIND: usize = 4;

type Job = Box<dyn FnOnce(&mut dyn Vault) + Send>;
type OpenVault = dyn Fn(Prompt) -> Box<dyn Vault> + Send + Sync;

pub(crate) struct Desk {
    open: Arc<OpenVault>,
    /// Of a call during which no dialog is known to be open.
    deadline: Duration,
    /// One call at a time, first come, first served.
    turn: Semaphore,
    thread: Mutex<Thread>,
}

#[derive(Default)]
struct Thread {
    /// None before the first call, and after one that did not come back.
    jobs: Option<mpsc::Sender<Job>>,
    /// Whether it has a dialog open.
    asks_a_person: Option<watch::Receiver<bool>>,
    /// How many calls were given up so far, glances aside.
    hung: u64,
    /// Held by every thread while it lives.
    alive: Arc<()>,
}

impl Desk {
    pub fn new(open: impl Fn(Prompt) -> Box<dyn Vault> + Send + Sync + 'static, dialogs: Dialogs) -> Self {
        let deadline = match dialogs {
            Dialogs::Announced => DEADLINE,
            Dialogs::Unannounced => DEADLINE_OF_A_PERSON,
        };
        Self { open: Arc::new(open), deadline, turn: Semaphore::new(1), thread: Mutex::default() }
    }

    /// Makes a call on the thread. What was called may still be done after it was reported as late.
    pub async fn call<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut dyn Vault) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let before = self.thread().hung;
        let turn = self.turn.acquire().await;
        let _turn = self.unless_hung_since(before, turn)?;
        let answer = self.call_in_turn(self.deadline, job).await;
        if answer.as_ref().is_err_and(|trouble| trouble.state == KeyringState::Timeout) {
            self.thread().hung += 1;
        }
        answer
    }

    /// The same for somebody who waits for no person: not for one who is asked, and not behind one either. That it was
    /// too late for them says nothing to those who have more time.
    pub async fn glance<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut dyn Vault) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let before = self.thread().hung;
        let turn = timeout(DEADLINE, self.turn.acquire()).await.map_err(|_| late())?;
        let _turn = self.unless_hung_since(before, turn)?;
        self.call_in_turn(DEADLINE, job).await
    }

    /// Everybody who waited behind a call that hung has waited long enough.
    fn unless_hung_since<'t>(
        &self,
        before: u64,
        turn: Result<SemaphorePermit<'t>, AcquireError>,
    ) -> Result<SemaphorePermit<'t>, Trouble> {
        let turn = turn.map_err(|_| broken("its queue was closed"))?;
        if self.thread().hung == before { Ok(turn) } else { Err(late()) }
    }

    async fn call_in_turn<T: Send + 'static>(
        &self,
        deadline: Duration,
        job: impl FnOnce(&mut dyn Vault) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let (reply, answer) = oneshot::channel();
        let asks_a_person = self.send(Box::new(move |vault| {
            // Nobody waits for the answer any more when it is late.
            let _ = reply.send(job(vault));
        }))?;
        match in_time(answer, asks_a_person, deadline).await {
            Some(Ok(result)) => result,
            Some(Err(_)) => {
                self.leave_behind();
                Err(broken("its thread ended"))
            }
            None => {
                self.leave_behind();
                tracing::warn!("the keyring did not answer in time");
                Err(late())
            }
        }
    }

    /// Whether a person is asked for a password just now.
    pub fn asks_a_person(&self) -> bool {
        self.thread().asks_a_person.as_ref().is_some_and(|asks| *asks.borrow())
    }

    fn send(&self, job: Job) -> Result<watch::Receiver<bool>, Trouble> {
        let mut thread = self.thread();
        let (jobs, asks) = match (thread.jobs.take(), thread.asks_a_person.take()) {
            (Some(jobs), Some(asks)) => (jobs, asks),
            _ if Arc::strong_count(&thread.alive) > MAX_LEFT_BEHIND => return Err(late()),
            _ => start(Arc::clone(&self.open), Arc::clone(&thread.alive))?,
        };
        let sent = jobs.send(job);
        thread.jobs = Some(jobs);
        thread.asks_a_person = Some(asks.clone());
        sent.map(|()| asks).map_err(|_| broken("its thread ended"))
    }

    fn leave_behind(&self) {
        let mut thread = self.thread();
        thread.jobs = None;
        thread.asks_a_person = None;
    }

    fn thread(&self) -> MutexGuard<'_, Thread> {
        self.thread.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// None when it is late: a dialog that opens, and one that closes, begins the wait anew.
async fn in_time<T>(
    mut answer: oneshot::Receiver<T>,
    mut asks_a_person: watch::Receiver<bool>,
    deadline: Duration,
) -> Option<Result<T, oneshot::error::RecvError>> {
    loop {
        let deadline = if *asks_a_person.borrow_and_update() { DEADLINE_OF_A_PERSON } else { deadline };
        tokio::select! {
            biased;
            answered = &mut answer => return Some(answered),
            Ok(()) = asks_a_person.changed() => {}
            () = sleep(deadline) => return None,
        }
    }
}

fn start(open: Arc<OpenVault>, alive: Arc<()>) -> Result<(mpsc::Sender<Job>, watch::Receiver<bool>), Trouble> {
    let (jobs, waiting) = mpsc::channel::<Job>();
    let (prompt, asks_a_person) = Prompt::new();
    let work = move || {
        let _alive = alive;
        let mut vault = open(prompt);
        while let Ok(job) = waiting.recv() {
            job(vault.as_mut());
        }
    };
    match thread::Builder::new().name("keyring".into()).spawn(work) {
        Ok(_) => Ok((jobs, asks_a_person)),
        Err(error) => Err(broken(&format!("no thread could be started for it: {error}"))),
    }
}

fn late() -> Trouble {
    Trouble::new(KeyringState::Timeout, "perhaps it waits for its password in another window")
}

fn broken(detail: &str) -> Trouble {
    Trouble::new(KeyringState::Unavailable, detail)
}

#[cfg(test)]
mod tests;
