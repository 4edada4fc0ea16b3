//! Conversations written down input by input, and run through the engine again.
//!
//! A recording is a file of JSON lines: first its [`Beginning`], then every [`Step`]. It holds the words that were said
//! and what providers answered, never a key.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use chimera_core::{ConversationId, Event};
use chimera_engine::recording::{Beginning, Difference, FORMAT, Recorder, Replay, Step};

use chimera_store::Difference as TableDifference;

use crate::data_dir::create_private;
use crate::{Chimera, Error, ErrorCode, Result};

/// Which conversations are recorded, from the next time they are woken.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub enum Recording {
    #[default]
    Off,
    /// All of them: a file for each time one is woken, in the folder `recordings` of the data folder.
    All,
    /// The next one that is woken, into this file.
    Next(PathBuf),
}

/// Lines on their way to the disk. When there are more, the conversation waits for the disk.
const QUEUE: usize = 1024;

impl Chimera {
    /// Off unless somebody asks for it.
    pub fn record(&self, recording: Recording) {
        *self.recording() = recording;
    }

    /// A recorder for a conversation that is being woken with this history, if it is to be recorded.
    pub(crate) fn recorder(&self, id: ConversationId, events: &[Event]) -> Result<Option<Box<dyn Recorder>>> {
        let mut recording = self.recording();
        let path = match &*recording {
            Recording::Off => return Ok(None),
            Recording::All => {
                let folder = recordings(self.data_dir());
                create_private(&folder)?;
                folder.join(format!("{id}-{}.jsonl", self.now().as_millis()))
            }
            Recording::Next(path) => path.clone(),
        };
        if matches!(*recording, Recording::Next(_)) {
            *recording = Recording::Off;
        }
        let made_by = concat!("chimera/", env!("CARGO_PKG_VERSION")).to_owned();
        let beginning = Beginning { format: FORMAT, made_by, conversation: id, events: events.to_vec() };
        Ok(Some(Box::new(FileRecorder::create(&path, &beginning)?)))
    }
}

impl Chimera {
    /// Reads every page of the file and makes every table anew from the log. Gives the first row that was different before; the log is right.
    pub async fn rebuild(&self) -> Result<Option<TableDifference>> {
        self.store().check().await?;
        Ok(self.store().rebuild().await?)
    }
}

/// Where those of [`Recording::All`] lie; each bears the id of its conversation.
pub(crate) fn recordings(data_dir: &Path) -> PathBuf {
    data_dir.join("recordings")
}

/// Runs a recording through the engine and tells each of its events, those from before it included. Gives the first
/// difference between what was recorded and what the engine makes of it today.
pub fn replay_recording(path: &Path, mut told: impl FnMut(&Event) -> Result<()>) -> Result<Option<Box<Difference>>> {
    let file = File::open(path).map_err(|error| {
        Error::invalid("file", format!("{} cannot be read: {error}", path.display())).because(error)
    })?;
    let mut lines = BufReader::new(file).lines().enumerate();
    let mut next = || -> Result<Option<(usize, String)>> {
        let Some((place, line)) = lines.next() else { return Ok(None) };
        let line = line.map_err(|error| unreadable(path, place, &error))?;
        Ok(Some((place, line)))
    };
    let Some((place, first)) = next()? else {
        return Err(Error::invalid("file", format!("{} is empty: it is no recording", path.display())));
    };
    let beginning: Beginning = serde_json::from_str(&first).map_err(|error| unreadable(path, place, &error))?;
    if beginning.format != FORMAT {
        let Beginning { format, made_by, .. } = &beginning;
        let message = format!("{made_by} made this recording in form {format}, and this Chimera reads form {FORMAT}");
        return Err(Error::invalid("file", message));
    }
    beginning.events.iter().try_for_each(&mut told)?;
    let mut replay = Replay::of(&beginning);
    while let Some((place, line)) = next()? {
        let step: Step = serde_json::from_str(&line).map_err(|error| unreadable(path, place, &error))?;
        match replay.take(&step) {
            Ok(events) => events.iter().try_for_each(&mut told)?,
            Err(difference) => return Ok(Some(difference)),
        }
    }
    Ok(None)
}

fn unreadable(path: &Path, place: usize, error: &dyn std::fmt::Display) -> Error {
    Error::invalid("file", format!("line {} of {} is not of a recording: {error}", place + 1, path.display()))
}

/// Writes on a thread of its own; what has been recorded is in the file when this is dropped.
struct FileRecorder {
    lines: Option<SyncSender<String>>,
    thread: Option<JoinHandle<()>>,
}

impl FileRecorder {
    fn create(path: &Path, beginning: &Beginning) -> Result<Self> {
        let refuse = |error: std::io::Error| {
            let message = format!("the recording {} cannot be written: {error}", path.display());
            Error::new(ErrorCode::Storage, message).on("record").because(error)
        };
        let mut options = OpenOptions::new();
        options.create(true).truncate(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = BufWriter::new(options.open(path).map_err(refuse)?);
        writeln!(file, "{}", json(beginning)).and_then(|()| file.flush()).map_err(refuse)?;
        let (lines, received) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new().name("recording".into()).spawn(move || write(file, &received));
        Ok(Self { lines: Some(lines), thread: Some(thread.map_err(refuse)?) })
    }
}

impl Recorder for FileRecorder {
    fn record(&mut self, step: &Step) {
        if let Some(lines) = &self.lines
            && lines.send(json(step)).is_err()
        {
            // The thread has said why.
            self.lines = None;
        }
    }
}

impl Drop for FileRecorder {
    fn drop(&mut self) {
        self.lines = None;
        if let Some(thread) = self.thread.take() {
            // It panics only where the disk does.
            let _ = thread.join();
        }
    }
}

fn write(mut file: BufWriter<File>, lines: &Receiver<String>) {
    let mut write = || -> std::io::Result<()> {
        while let Ok(line) = lines.recv() {
            writeln!(file, "{line}")?;
            while let Ok(line) = lines.try_recv() {
                writeln!(file, "{line}")?;
            }
            file.flush()?;
        }
        Ok(())
    };
    if let Err(error) = write() {
        tracing::error!(%error, "the recording ends here: it could not be written");
    }
}

fn json(data: &impl serde::Serialize) -> String {
    serde_json::to_string(data).expect("plain data with string keys always becomes JSON")
}
