use chimera_core::Secret;
use chimera_secrets::{Keyring, KeyringState};

#[tokio::test]
async fn a_keyring_in_memory_gives_back_what_it_was_given() {
    let keyring = Keyring::in_memory();
    holds(&keyring, || keyring.clone()).await;
    assert_eq!(keyring.check().await.backend, "memory");
}

#[tokio::test]
async fn two_keyrings_in_memory_know_nothing_of_each_other() {
    let (one, other) = (Keyring::in_memory(), Keyring::in_memory());
    one.set("ollama@http://localhost", Secret::new("a")).await.unwrap();
    assert_eq!(other.get("ollama@http://localhost").await, Ok(None));
}

/// What every keyring promises. `again` is the same keyring as another process would find it.
pub async fn holds(keyring: &Keyring, again: impl Fn() -> Keyring) {
    const ENTRY: &str = "work-openai@https://api.openai.com";
    const OTHER: &str = "work-openai@https://api.openai.com:8443";
    assert_eq!(keyring.get(ENTRY).await, Ok(None), "nothing is there before it is set");

    for text in ["sk-first", "sk-überschrieben-鍵-🔑", " \n", &"long ".repeat(400)] {
        keyring.set(ENTRY, Secret::new(text)).await.unwrap();
        assert_eq!(keyring.get(ENTRY).await, Ok(Some(Secret::new(text))));
        assert_eq!(again().get(ENTRY).await, Ok(Some(Secret::new(text))), "it is kept, not only remembered");
    }
    assert_eq!(keyring.get(OTHER).await, Ok(None), "a key is bound to its whole entry");

    keyring.delete(ENTRY).await.unwrap();
    keyring.delete(ENTRY).await.expect("to delete what is gone is no error");
    assert_eq!(keyring.get(ENTRY).await, Ok(None), "it is not remembered either");
    assert_eq!(again().get(ENTRY).await, Ok(None));

    let status = keyring.check().await;
    assert_eq!((status.state, status.detail), (KeyringState::Ready, None));
}
