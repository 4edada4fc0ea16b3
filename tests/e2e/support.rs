//! What the tests need to open the window and to say what they see.

pub mod app;
pub mod driver;
pub mod screens;

pub use app::App;
