//! Two minutes in which everything is killed, and then the count: nothing lost, nothing done twice.
//!
//! Three companies' people work with the real program over HTTP, while workers, web, Redis and PostgreSQL are killed
//! at random and started again. Then all is let run until nothing waits, and [`checks`] counts what came of it.
//!
//! `PEOPLE360_FAULTS_SEED` repeats the order of the kills, `PEOPLE360_FAULTS_SECONDS` is for a shorter or longer run.
#![expect(clippy::disallowed_methods, reason = "tests read their own settings, and stand outside of the product")]

#[path = "../support/browser.rs"]
#[expect(dead_code, reason = "other tests do more with it")]
mod browser;
mod checks;
mod company;
mod door;
mod people;
mod receiver;
mod town;

use people::Ledger;
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};
use town::{Town, Victim};

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|v| v.parse().unwrap_or_else(|_| panic!("{name} is no number: {v:?}")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_minutes_of_kills_lose_nothing_and_do_nothing_twice() {
    let seed = setting("PEOPLE360_FAULTS_SEED").unwrap_or_else(rand::random);
    let length = Duration::from_secs(setting("PEOPLE360_FAULTS_SECONDS").unwrap_or(120));
    println!("PEOPLE360_FAULTS_SEED={seed} repeats this order of kills");
    let mut town = Town::build().await;
    let ledger = Arc::new(Ledger::default());
    town.settle(&ledger, length).await;
    let before = town.announced().await;

    let people = people::at_work(&town, &ledger).await;
    let kills = havoc(&mut town, &mut StdRng::seed_from_u64(seed), length).await;
    town.calm().await;
    ledger.stop.store(true, Ordering::Release);
    town.keeping(async {
        for person in people {
            tokio::time::timeout(Duration::from_secs(120), person)
                .await
                .expect("whoever is in the middle of something comes to its end in two minutes")
                .expect("nobody gave up");
        }
    })
    .await;
    let drained = town.drain().await;
    println!("{} kills: {}", kills.len(), kills.iter().map(Victim::name).collect::<Vec<_>>().join(", "));
    println!("{ledger}");
    println!("nothing waited any more after {drained:?}");

    let facts = checks::Facts::gather(&town, &ledger, before, kills.len()).await;
    let mut wrong = Vec::new();
    for (what, check) in checks::ALL {
        match check(&facts).await {
            Ok(words) => println!("ok    {what}: {words}"),
            Err(words) => {
                println!("WRONG {what}: {words}");
                wrong.push(*what);
            }
        }
    }
    if !wrong.is_empty() {
        town.keep_its_files();
    }
    assert!(wrong.is_empty(), "seed {seed}: {}", wrong.join("; "));
}

/// Kills one thing after the other, now and then two at once, and starts each again after a moment.
async fn havoc(town: &mut Town, rng: &mut StdRng, length: Duration) -> Vec<Victim> {
    let began = Instant::now();
    let mut kills = Vec::new();
    while began.elapsed() < length {
        // The rhythm of the faults, not a wait for anything.
        town.keep_for(Duration::from_millis(rng.random_range(1_000..5_000))).await;
        let many = if rng.random_bool(0.2) { 2 } else { 1 };
        let mut down = Vec::new();
        for _ in 0..many {
            let victim = Victim::ALL[rng.random_range(0..Victim::ALL.len())];
            if !down.contains(&victim) {
                town.kill(victim);
                down.push(victim);
            }
        }
        town.keep_for(Duration::from_millis(rng.random_range(0..3_000))).await;
        down.iter().for_each(|victim| town.start(*victim));
        kills.extend(down);
    }
    kills
}
