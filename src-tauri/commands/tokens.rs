use chimera_app::{Scope, TokenId, TokenInfo};
use serde::Serialize;
use tauri::State;

use crate::error::CommandResult;
use crate::shell::Shell;

/// A new token for a companion: this is the only time it is shown.
#[derive(Debug, Serialize, specta::Type)]
pub struct NewToken {
    id: TokenId,
    token: String,
}

#[tauri::command]
#[specta::specta]
pub async fn create_token(shell: State<'_, Shell>, name: String, scopes: Vec<Scope>) -> CommandResult<NewToken> {
    let issued = shell.chimera()?.create_token(&name, &scopes).await?;
    Ok(NewToken { id: issued.id, token: issued.token.expose().to_owned() })
}

#[tauri::command]
#[specta::specta]
pub async fn list_tokens(shell: State<'_, Shell>) -> CommandResult<Vec<TokenInfo>> {
    Ok(shell.chimera()?.tokens().await?)
}

#[tauri::command]
#[specta::specta]
pub async fn revoke_token(shell: State<'_, Shell>, id: TokenId) -> CommandResult<()> {
    Ok(shell.chimera()?.revoke_token(id).await?)
}
