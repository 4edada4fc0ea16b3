//! Who may come in by the side door: named tokens with scopes. A token is shown once; only its hash is kept.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chimera_core::{Secret, Timestamp};
use chimera_store::{NewTokenRow, TokenRow};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::broadcast;

use crate::{Chimera, Error, ErrorCode, Result};

const LAST_USED_EVERY_MS: i64 = 60_000;

/// What a companion may do. Each scope is granted by itself; none implies another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// See conversations and events.
    Read,
    /// Say, start, pause, resume, step, stop.
    Speak,
    /// Create, change, archive and throw away conversations, and delete for good what lies in the trash.
    Manage,
}

impl Scope {
    pub const ALL: [Scope; 3] = [Scope::Read, Scope::Speak, Scope::Manage];

    pub fn as_str(self) -> &'static str {
        match self {
            Scope::Read => "read",
            Scope::Speak => "speak",
            Scope::Manage => "manage",
        }
    }
}

impl FromStr for Scope {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Scope::ALL.into_iter().find(|scope| scope.as_str() == text).ok_or_else(|| {
            Error::invalid("scopes", format!("`{}` is no scope: use read, speak or manage", text.escape_debug()))
        })
    }
}

/// The number under which a token is listed and revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(transparent)]
#[specta(transparent)]
pub struct TokenId(#[specta(type = u32)] pub i64);

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A new token, the only time it is seen.
#[derive(Debug)]
pub struct IssuedToken {
    pub id: TokenId,
    pub token: Secret,
}

/// A token as the list shows it: never the token itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct TokenInfo {
    pub id: TokenId,
    pub name: String,
    pub scopes: Vec<Scope>,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
    /// How the client that last used it called itself.
    pub client: Option<String>,
}

/// What a valid token allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    pub token: TokenId,
    pub name: String,
    scopes: Vec<Scope>,
}

impl Access {
    pub fn allows(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    pub fn scopes(&self) -> &[Scope] {
        &self.scopes
    }
}

impl Chimera {
    /// Makes a token of 256 random bits.
    pub async fn create_token(&self, name: &str, scopes: &[Scope]) -> Result<IssuedToken> {
        let name = crate::validate::token_name(name)?;
        if scopes.is_empty() {
            return Err(Error::invalid("scopes", "choose at least one of read, speak, manage"));
        }
        let mut random = [0; 32];
        getrandom::fill(&mut random)
            .map_err(|error| Error::new(ErrorCode::Storage, format!("the system gave no random numbers: {error}")))?;
        let token = Secret::new(format!("chm_{}", URL_SAFE_NO_PAD.encode(random)));
        let scopes = Scope::ALL.iter().filter(|scope| scopes.contains(scope)).map(|scope| scope.as_str().to_owned());
        let row = NewTokenRow { name, hash: hash(token.expose()), scopes: scopes.collect(), created_at: self.now() };
        let id = self.store().add_token(row).await?;
        Ok(IssuedToken { id: TokenId(id), token })
    }

    pub async fn tokens(&self) -> Result<Vec<TokenInfo>> {
        let rows = self.store().tokens().await?;
        Ok(rows.into_iter().map(info).collect())
    }

    /// The token is refused from now on; sockets that came in with it are closed.
    pub async fn revoke_token(&self, id: TokenId) -> Result<()> {
        if !self.store().revoke_token(id.0).await? {
            return Err(Error::new(ErrorCode::TokenNotFound, format!("there is no token {id}")));
        }
        // An error only says that no socket is open.
        let _ = self.revocations_sender().send(id);
        Ok(())
    }

    /// Tells of every token revoked from now on.
    pub fn revocations(&self) -> broadcast::Receiver<TokenId> {
        self.revocations_sender().subscribe()
    }

    /// What this token allows. It is looked up by its hash, so that no comparison takes longer for a better guess.
    pub async fn authenticate(&self, token: &str, client: Option<&str>) -> Result<Access> {
        let row = self.store().token_by_hash(&hash(token)).await?;
        let Some(row) = row else {
            return Err(Error::new(ErrorCode::Unauthorized, "the token is unknown or was revoked"));
        };
        // Not at every request: it is a write, and a companion may ask many times a second.
        let now = self.now();
        let is_stale = row.last_used_at.is_none_or(|last| now.as_millis() - last.as_millis() >= LAST_USED_EVERY_MS);
        if is_stale || client.is_some_and(|client| row.client.as_deref() != Some(client)) {
            self.store().touch_token(row.id, client, now).await?;
        }
        Ok(Access { token: TokenId(row.id), name: row.name.clone(), scopes: info(row).scopes })
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn info(row: TokenRow) -> TokenInfo {
    TokenInfo {
        id: TokenId(row.id),
        name: row.name,
        scopes: row.scopes.iter().filter_map(|scope| scope.parse().ok()).collect(),
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        client: row.client,
    }
}
