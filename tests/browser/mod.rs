//! What only a browser shows: whole ways through the product, in a real Chromium, as a person goes them.
//!
//! Each test is one way with a workspace, a browser and a profile of its own; all share a server ([`house`]).
//! Things are found by what is written on them ([`tab`]), and nothing sleeps: what must come is waited for, up to a
//! deadline. A test that fails leaves a picture of its last page in `target/browser`.

mod accounts;
mod automation;
mod bell;
mod board;
mod forms;
mod house;
mod keyboard;
mod leads;
mod lists;
mod looks;
mod sales;
mod tab;
mod without_script;
mod work;

use house::House;
use tab::Tab;

/// Runs a way through the product in a browser of its own.
async fn browse(name: &str, way: impl AsyncFnOnce(&Tab)) {
    let house = House::shared();
    let tab = Tab::open(&house, name).await;
    tab.watch(way).await;
}
