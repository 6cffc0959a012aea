//! What comes and goes takes no more and more room.

use std::{fs, path::Path, time::Duration};

use bytes::Bytes;
use futures::future::join_all;
use tieline_store::{Batch, Key, Space};
use tieline_types::DeliveryState;

use crate::world::{SEGMENT, World, before, delivery, event, installation};

const GENERATIONS: u64 = 120;
const EVENTS: u64 = 64;

/// Of one run, in bytes.
const RUN: usize = 3_000;

/// The most that a group of commits takes: all runs of a generation at once, with what is written beside them.
const GROUP: u64 = EVENTS * (RUN as u64 + 1_000);

/// The most that the tables of either format may take: a quarter of what is written in all.
const TABLES: u64 = 6 << 20;

#[tokio::test]
async fn many_generations_of_events_that_are_swept_take_the_room_of_a_few() {
    for world in World::all() {
        let desk = installation("acme", "desk");
        let (mut tables, mut log) = (0, 0);
        for generation in 0..GENERATIONS {
            let events: Vec<_> = (0..EVENTS).map(|n| event(&desk, generation * EVENTS + n)).collect();
            let appended = events.iter().map(|event| world.commit(Batch::new().append(event.clone(), None)));
            join_all(appended).await;
            let settled = events.iter().map(|event| {
                let run = Key::of_event(Space::Run, &event.reference()).number(1);
                let batch = Batch::new().settle(event.reference(), delivery(DeliveryState::Done));
                world.commit(batch.put(run, Bytes::from(vec![1; RUN])))
            });
            join_all(settled).await;
            world.wait(1);
            while world.store.sweep(before(world.later(0))).await.unwrap().more {}
            tables = tables
                .max(size(&world.folder.path().join("tables")))
                .max(size(&world.folder.path().join("sled")));
            log = log.max(size(&world.folder.path().join("log")));
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!(tables <= TABLES, "the tables took {tables} bytes");
        // The memory tables hold what these files hold: one in use, up to four times as long as it was made and a
        // last group; one for the checkpoint, as long; and the next.
        assert!(log <= 9 * SEGMENT + 2 * GROUP, "the log took {log} bytes");
    }
}

fn size(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let sizes = entries.map(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() { size(&path) } else { fs::metadata(&path).map_or(0, |found| found.len()) }
    });
    sizes.sum()
}
