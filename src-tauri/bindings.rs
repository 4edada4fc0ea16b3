use tauri_specta::{Builder, ErrorHandlingMode, collect_commands};

use crate::commands::{connections, conversations, feed, settings, tokens};

/// The one list of commands: what the window can call, and what becomes `ui/src/lib/bindings.ts`.
pub fn bindings() -> Builder<tauri::Wry> {
    Builder::<tauri::Wry>::new().error_handling(ErrorHandlingMode::Throw).disable_serde_phases().commands(
        collect_commands![
            settings::app_info,
            settings::set_preferences,
            settings::set_companion,
            settings::keyring_status,
            settings::open_link,
            conversations::list_conversations,
            conversations::get_conversation,
            conversations::create_conversation,
            conversations::start_conversation,
            conversations::pause_conversation,
            conversations::resume_conversation,
            conversations::step_conversation,
            conversations::stop_conversation,
            conversations::retry_turn,
            conversations::skip_turn,
            conversations::nudge_participant,
            conversations::mute_participant,
            conversations::unmute_participant,
            conversations::say,
            conversations::rename_conversation,
            conversations::start_demo,
            conversations::list_personas,
            connections::list_connections,
            connections::add_connection,
            connections::remove_connection,
            connections::list_models,
            connections::provider_health,
            tokens::create_token,
            tokens::list_tokens,
            tokens::revoke_token,
            feed::subscribe,
        ],
    )
}
