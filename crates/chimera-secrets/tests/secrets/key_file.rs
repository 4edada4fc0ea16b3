use std::fs;
use std::path::{Path, PathBuf};

use chimera_core::Secret;
use chimera_secrets::{Cost, KeyFile, KeyFileError, KeyFileState};
use tempfile::TempDir;

const ENTRY: &str = "work@https://api.openai.com";
const KEY: &str = "sk-canary-4711";

/// As cheap as argon2 allows.
const CHEAP: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };

fn passphrase() -> Secret {
    Secret::new("correct horse battery")
}

fn file_in(folder: &TempDir) -> KeyFile {
    KeyFile::with_cost(path_in(folder), CHEAP)
}

fn path_in(folder: &TempDir) -> PathBuf {
    folder.path().join("keys.sealed")
}

/// A file with one key in it, closed.
async fn filled() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let file = file_in(&folder);
    file.create(passphrase()).await.unwrap();
    file.set(ENTRY, Secret::new(KEY)).await.unwrap();
    folder
}

async fn opened(folder: &TempDir) -> Result<Option<Secret>, KeyFileError> {
    let file = file_in(folder);
    file.unlock(passphrase()).await?;
    file.get(ENTRY)
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn a_key_comes_back_after_its_passphrase_and_nothing_of_it_is_in_the_file() {
    let folder = filled().await;
    let file = file_in(&folder);

    assert_eq!(file.state(), KeyFileState::Locked);
    assert_eq!(file.get(ENTRY), Err(KeyFileError::Locked));
    file.unlock(passphrase()).await.unwrap();
    assert_eq!(file.state(), KeyFileState::Open);
    assert_eq!(file.get(ENTRY), Ok(Some(Secret::new(KEY))));
    assert_eq!(file.get("work@https://elsewhere.example"), Ok(None), "a key is bound to its whole entry");

    let bytes = fs::read(path_in(&folder)).unwrap();
    for text in [KEY, "canary", "openai", "horse"] {
        assert!(!holds(&bytes, text), "{text} is in the file");
    }
}

#[tokio::test]
async fn a_locked_file_forgets_and_a_deleted_key_is_gone_for_good() {
    let folder = filled().await;
    let file = file_in(&folder);
    file.unlock(passphrase()).await.unwrap();

    file.delete(ENTRY).await.unwrap();
    file.delete(ENTRY).await.expect("to delete what is gone is no error");
    file.lock();

    assert_eq!(file.get(ENTRY), Err(KeyFileError::Locked));
    assert_eq!(file.set(ENTRY, Secret::new("x")).await, Err(KeyFileError::Locked));
    assert_eq!(opened(&folder).await, Ok(None));
}

#[tokio::test]
async fn a_wrong_passphrase_is_named_and_changes_nothing() {
    let folder = filled().await;
    let before = fs::read(path_in(&folder)).unwrap();
    let file = file_in(&folder);

    assert_eq!(file.unlock(Secret::new("guess")).await, Err(KeyFileError::WrongPassphrase));
    let changed = file.change_passphrase(Secret::new("guess"), Secret::new("mine now")).await;

    assert_eq!(changed, Err(KeyFileError::WrongPassphrase));
    assert_eq!(file.state(), KeyFileState::Locked);
    assert_eq!(fs::read(path_in(&folder)).unwrap(), before);
}

#[tokio::test]
async fn a_changed_passphrase_opens_and_the_old_one_does_not() {
    let folder = filled().await;

    file_in(&folder).change_passphrase(passphrase(), Secret::new("another one")).await.unwrap();

    assert_eq!(opened(&folder).await, Err(KeyFileError::WrongPassphrase));
    let file = file_in(&folder);
    file.unlock(Secret::new("another one")).await.unwrap();
    assert_eq!(file.get(ENTRY), Ok(Some(Secret::new(KEY))));
}

#[tokio::test]
async fn every_changed_byte_and_every_cut_is_found_out() {
    let folder = filled().await;
    let whole = fs::read(path_in(&folder)).unwrap();

    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        // Numbers that ask for much are tried elsewhere: here they would only take their time.
        if !(8..20).contains(&at) {
            fs::write(path_in(&folder), &bytes).unwrap();
            assert!(opened(&folder).await.is_err(), "byte {at} was changed and nobody noticed");
        }
        fs::write(path_in(&folder), &whole[..at]).unwrap();
        assert!(opened(&folder).await.is_err(), "{at} bytes were taken for the whole");
    }

    fs::write(path_in(&folder), &whole).unwrap();
    assert_eq!(opened(&folder).await, Ok(Some(Secret::new(KEY))));
}

#[tokio::test]
async fn what_is_wrong_with_a_file_has_a_name() {
    let folder = filled().await;
    let whole = fs::read(path_in(&folder)).unwrap();
    let with = |at: usize, byte: u8| {
        let mut bytes = whole.clone();
        bytes[at] = byte;
        bytes
    };
    let last = whole.len() - 1;

    for (bytes, expected) in [
        (with(0, b'X'), KeyFileError::Damaged("it is no file of keys")),
        (with(7, b'2'), KeyFileError::Newer),
        (with(11, 0xff), KeyFileError::Damaged("its numbers are beyond reason")),
        (with(20, !whole[20]), KeyFileError::WrongPassphrase),
        (with(last, !whole[last]), KeyFileError::Damaged("what is sealed in it was changed")),
        (whole[..30].to_vec(), KeyFileError::Damaged("it is cut short")),
        (Vec::new(), KeyFileError::Damaged("it is cut short")),
    ] {
        fs::write(path_in(&folder), &bytes).unwrap();
        assert_eq!(opened(&folder).await, Err(expected));
    }
}

#[tokio::test]
async fn a_crash_between_two_writes_leaves_the_keys_of_before() {
    let folder = filled().await;
    let beside = folder.path().join("keys.sealed.new");
    fs::write(&beside, b"half a fi").unwrap();

    assert_eq!(opened(&folder).await, Ok(Some(Secret::new(KEY))));
    let file = file_in(&folder);
    file.unlock(passphrase()).await.unwrap();
    file.set("other", Secret::new("b")).await.unwrap();

    assert!(!beside.exists(), "the next write takes it away");
    assert_eq!(opened(&folder).await, Ok(Some(Secret::new(KEY))));
}

#[tokio::test]
async fn a_write_that_fails_changes_neither_file_nor_memory() {
    let folder = filled().await;
    let file = file_in(&folder);
    file.unlock(passphrase()).await.unwrap();
    // What is to be replaced cannot be: in its way stands a folder.
    fs::create_dir(folder.path().join("keys.sealed.new")).unwrap();

    let refused = file.set(ENTRY, Secret::new("new")).await;

    assert!(matches!(refused, Err(KeyFileError::Unusable { doing: "written", .. })), "{refused:?}");
    assert_eq!(file.get(ENTRY), Ok(Some(Secret::new(KEY))));
    assert_eq!(opened(&folder).await, Ok(Some(Secret::new(KEY))));
}

#[tokio::test]
async fn a_file_that_is_there_is_not_made_again() {
    let folder = filled().await;

    assert_eq!(file_in(&folder).create(passphrase()).await, Err(KeyFileError::Exists));
    let nowhere = KeyFile::with_cost(Path::new("/nonexistent/keys").into(), CHEAP);
    assert_eq!(nowhere.unlock(passphrase()).await, Err(KeyFileError::Absent));
    assert_eq!((nowhere.state(), nowhere.get(ENTRY)), (KeyFileState::Absent, Err(KeyFileError::Absent)));
}

#[tokio::test]
async fn a_key_can_be_given_up_with_its_file_gone_but_not_with_it_locked() {
    let folder = filled().await;

    assert_eq!(file_in(&folder).delete(ENTRY).await, Err(KeyFileError::Locked), "it would still be in there");
    fs::remove_file(path_in(&folder)).unwrap();
    assert_eq!(file_in(&folder).delete(ENTRY).await, Ok(()));
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_for_its_owner_only_whatever_a_crash_left() {
    use std::os::unix::fs::PermissionsExt;
    let folder = filled().await;
    let beside = folder.path().join("keys.sealed.new");
    fs::write(&beside, b"").unwrap();
    fs::set_permissions(&beside, fs::Permissions::from_mode(0o644)).unwrap();
    let file = file_in(&folder);
    file.unlock(passphrase()).await.unwrap();

    file.set("other", Secret::new("b")).await.unwrap();

    assert_eq!(fs::metadata(path_in(&folder)).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn the_same_keys_are_never_sealed_twice_alike() {
    let folder = filled().await;
    let first = fs::read(path_in(&folder)).unwrap();
    let file = file_in(&folder);
    file.unlock(passphrase()).await.unwrap();

    file.set(ENTRY, Secret::new(KEY)).await.unwrap();

    let second = fs::read(path_in(&folder)).unwrap();
    assert_eq!(first.len(), second.len());
    assert_ne!(first[52..], second[52..]);
}

#[tokio::test]
async fn the_usual_passphrase_is_dear_to_guess() {
    let folder = tempfile::tempdir().unwrap();
    let file = KeyFile::at(path_in(&folder));

    file.create(passphrase()).await.unwrap();

    let bytes = fs::read(path_in(&folder)).unwrap();
    let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    assert!(number(8) >= 64 * 1024 && number(12) >= 3, "64 MiB, three passes");
}
