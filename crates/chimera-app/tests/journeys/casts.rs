use chimera_app::ErrorCode;
use chimera_core::{ConversationState, Policy};

use crate::house::House;

#[tokio::test]
async fn every_cast_sits_down_with_the_demo_voices_and_the_panel_is_moderated() {
    let house = House::new().await;

    for cast in house.chimera.casts() {
        let view = house.chimera.seat_cast(&cast.id, None, Vec::new()).await.unwrap();
        assert_eq!((view.participants.len(), &view.topic), (cast.participants.len(), &cast.topic));
        assert_eq!(view.moderator.is_some(), view.policy == Policy::Moderator, "{}", cast.id);
        house.chimera.step(view.id).await.unwrap();
        assert_eq!(house.until(view.id, ConversationState::Paused).await.messages.len(), 1, "{}", cast.id);
    }

    let nobody = house.chimera.seat_cast(&"nobody".parse().unwrap(), None, Vec::new()).await.unwrap_err();
    assert_eq!((nobody.code, nobody.field.as_deref()), (ErrorCode::CastNotFound, Some("cast")));
}
