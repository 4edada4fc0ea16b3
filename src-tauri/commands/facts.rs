use chimera_app::NewModelFacts;
use chimera_core::{ModelFacts, ModelRef};
use tauri::State;

use crate::error::CommandResult;
use crate::shell::Shell;

#[tauri::command]
#[specta::specta]
pub async fn model_facts(shell: State<'_, Shell>, model: ModelRef) -> CommandResult<ModelFacts> {
    Ok(shell.chimera()?.model_facts(&model)?)
}

/// For which models the user has said something, and what.
#[tauri::command]
#[specta::specta]
pub async fn said_model_facts(shell: State<'_, Shell>) -> CommandResult<Vec<(ModelRef, ModelFacts)>> {
    Ok(shell.chimera()?.said_model_facts())
}

#[tauri::command]
#[specta::specta]
pub async fn set_model_facts(
    shell: State<'_, Shell>,
    model: ModelRef,
    facts: NewModelFacts,
) -> CommandResult<ModelFacts> {
    Ok(shell.chimera()?.set_model_facts(model, facts).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn clear_model_facts(shell: State<'_, Shell>, model: ModelRef) -> CommandResult<ModelFacts> {
    Ok(shell.chimera()?.clear_model_facts(&model).await?)
}
