//! Each vendor's protocol against its wire facts: bytes in, meaning out, no network.

mod aloud;
mod broken;
mod cuts;
mod facts;
mod reading;
mod refrains;
mod tables;
