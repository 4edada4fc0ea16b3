//! One socket from `hello` to its end.

use chimera_app::{Access, FeedReader, Scope, Subscription, TokenId};
use chimera_core::Seq;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};
use uuid::Uuid;

use super::commands;
use super::farewell::Farewell;
use super::message::{Auth, Misunderstood, Reply, RequestId, Said, Unsubscribe};
use super::subscriptions::{Place, Subscriptions};
use super::wire::{Heard, Wire};
use crate::gate::{Ticket, client_name};
use crate::problem::{Answer, Problem};
use crate::side_door::SideDoor;

const PROTOCOL: u32 = 1;
const FEATURES: [&str; 1] = ["resume"];
/// Messages that are not understood, before it is taken that they never will be.
const PATIENCE: u32 = 20;

pub(super) async fn run(door: &SideDoor, wire: &mut Wire, ticket: Ticket) -> Farewell {
    // Before the token is looked up: one that is revoked in between is heard of here.
    let mut revocations = door.chimera().revocations();
    let entering = enter(door, wire, ticket);
    let access = match door.closing().run_until_cancelled(entering).await {
        Some(Ok(access)) => access,
        Some(Err(farewell)) => return farewell,
        None => return Farewell::ShuttingDown,
    };
    let _counted = door.count_socket();
    let token = access.token;
    let mut session = Session { door, wire, access, subscriptions: Subscriptions::default(), misunderstood: 0 };
    tokio::select! {
        farewell = session.talk() => farewell,
        () = revoked(&mut revocations, token) => Farewell::Revoked,
        () = door.closing().cancelled() => Farewell::ShuttingDown,
    }
}

/// Greets, and waits for a valid token if the handshake brought none.
async fn enter(door: &SideDoor, wire: &mut Wire, ticket: Ticket) -> Result<Access, Farewell> {
    let server = concat!("chimera/", env!("CARGO_PKG_VERSION"));
    let heartbeat_ms = door.limits().ping_every.as_millis();
    wire.say(Reply::Hello { server, protocol: PROTOCOL, features: &FEATURES, heartbeat_ms }.text()).await?;
    let (token, client) = match ticket.token {
        Some(token) => (token.expose().to_owned(), ticket.client),
        None => match timeout(door.limits().auth, first_words(wire)).await {
            Ok(auth) => {
                let Auth { token, client } = auth?;
                (token, client.as_deref().map(client_name).or(ticket.client))
            }
            Err(_) => return Err(Farewell::NoToken),
        },
    };
    match door.authenticate(&token, client.as_deref()).await {
        Ok(access) => Ok(access),
        Err(problem) if problem.is_wrong_token() => Err(Farewell::WrongToken),
        Err(_) => Err(Farewell::Failed),
    }
}

async fn first_words(wire: &mut Wire) -> Result<Auth, Farewell> {
    loop {
        match wire.hear().await? {
            Heard::Alive => {}
            Heard::Text(text) => match Said::parse(&text) {
                Ok(Said::Auth(auth)) => return Ok(auth),
                Ok(_) | Err(_) => return Err(Farewell::Protocol("the first message is auth")),
            },
        }
    }
}

async fn revoked(revocations: &mut Receiver<TokenId>, ours: TokenId) {
    loop {
        match revocations.recv().await {
            Ok(token) if token == ours => return,
            Ok(_) => {}
            // So many at once that ours may be among them: whoever still has a token comes back.
            Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

struct Session<'a> {
    door: &'a SideDoor,
    wire: &'a mut Wire,
    access: Access,
    subscriptions: Subscriptions,
    misunderstood: u32,
}

impl Session<'_> {
    async fn talk(&mut self) -> Farewell {
        match self.try_talk().await {
            Ok(never) => match never {},
            Err(farewell) => farewell,
        }
    }

    async fn try_talk(&mut self) -> Result<std::convert::Infallible, Farewell> {
        let seq = self.newest().map_err(|_| Farewell::ShuttingDown)?;
        self.wire.say(Reply::Ready { session: Uuid::now_v7(), scopes: self.access.scopes(), seq }.text()).await?;
        let limits = self.door.limits();
        let mut heartbeat = interval(limits.ping_every);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        heartbeat.tick().await;
        let mut silent_until = Instant::now() + limits.silence;
        let mut batch = Vec::new();
        loop {
            tokio::select! {
                heard = self.wire.hear() => {
                    silent_until = Instant::now() + limits.silence;
                    if let Heard::Text(text) = heard? {
                        self.answer(&text).await?;
                    }
                }
                () = self.subscriptions.next(&mut batch) => {
                    let frames: Result<Vec<_>, _> = batch.drain(..).map(|(_, frame)| frame).collect();
                    let frames = frames.map_err(|error| {
                        tracing::error!(%error, "a socket could not be told what happened");
                        Farewell::Failed
                    })?;
                    self.wire.pass_on(frames.into_iter()).await?;
                }
                _ = heartbeat.tick() => self.wire.ping().await?,
                () = sleep_until(silent_until) => {
                    return Err(Farewell::TooSlow("nothing was heard for too long"));
                }
            }
        }
    }

    async fn answer(&mut self, text: &str) -> Result<(), Farewell> {
        match Said::parse(text) {
            Ok(Said::Ping(id)) => self.wire.say(Reply::Pong { id }.text()).await,
            Ok(Said::Command(id, command)) => {
                let result = commands::carry_out(self.door.chimera(), &self.access, command).await;
                self.result(&id, result).await
            }
            Ok(Said::Subscribe(id, wish)) => {
                let place = match self.may(Scope::Read).and_then(|()| self.subscriptions.check(&id, &wish)) {
                    Ok(()) => Place::take(self.door.chimera(), id.clone(), wish).await,
                    Err(problem) => Err(problem),
                };
                match place {
                    Ok(place) => {
                        let told = serde_json::to_value(&place.told).unwrap_or_default();
                        self.result(&id, Ok(told)).await?;
                        self.subscriptions.listen(place);
                        Ok(())
                    }
                    Err(problem) => self.result(&id, Err(problem)).await,
                }
            }
            Ok(Said::Unsubscribe(id, Unsubscribe { subscription })) => {
                let ended = self.subscriptions.end(&subscription).map(|()| serde_json::Value::Null);
                self.result(&id, ended).await
            }
            Ok(Said::Auth(_)) => {
                let problem = Problem::invalid("type", "this socket has shown its token already");
                self.error(&problem).await
            }
            Err(Misunderstood { id, problem }) => self.misunderstood(id, problem).await,
        }
    }

    async fn misunderstood(&mut self, id: Option<RequestId>, problem: Problem) -> Result<(), Farewell> {
        self.misunderstood += 1;
        if self.misunderstood > PATIENCE {
            return Err(Farewell::Protocol("too many messages were not understood"));
        }
        match id {
            Some(id) => self.result(&id, Err(problem)).await,
            None => self.error(&problem).await,
        }
    }

    async fn result(&mut self, id: &RequestId, result: Answer<serde_json::Value>) -> Result<(), Farewell> {
        let reply = match &result {
            Ok(data) => Reply::Result { id, ok: true, data: Some(data.clone()), error: None },
            Err(problem) => Reply::Result { id, ok: false, data: None, error: Some(problem.as_error()) },
        };
        self.wire.say(reply.text()).await
    }

    async fn error(&mut self, problem: &Problem) -> Result<(), Farewell> {
        self.wire.say(Reply::Error { error: problem.as_error() }.text()).await
    }

    fn may(&self, scope: Scope) -> Answer<()> {
        if self.access.allows(scope) { Ok(()) } else { Err(Problem::no_scope(scope)) }
    }

    /// The newest event: where a reader that joins now would stand.
    fn newest(&self) -> chimera_app::Result<Seq> {
        let nothing = Subscription { topics: Some(Vec::new()), after: None };
        self.door.chimera().subscribe(nothing).map(|reader: FeedReader| reader.cursor())
    }
}
