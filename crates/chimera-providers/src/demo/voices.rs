mod engineer;
mod historian;
mod host;
mod optimist;
mod poet;
mod sceptic;

use super::voice::Voice;

pub(super) const ALL: [&Voice; 6] =
    [&sceptic::VOICE, &poet::VOICE, &engineer::VOICE, &historian::VOICE, &optimist::VOICE, &host::VOICE];
