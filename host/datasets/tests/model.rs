//! Whatever is appended, made files of, merged and cut off in between: the rows that count are those of a plain model.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that panics has failed")]

mod flaky;

use std::{
    collections::BTreeMap,
    ops::ControlFlow,
    path::Path,
    sync::{Arc, Mutex, atomic::Ordering},
};

use flaky::{Fails, Flaky};
use proptest::prelude::*;
use tieline_datasets::{Datasets, Place, export::Format};
use tieline_egress::{Egress, Policy};
use tieline_store::{Batch, Key, Space, Store};
use tieline_types::{
    Clock, InstallationKey, ManualClock, Timestamp,
    dataset::{Column, ColumnType, Day, PlannedTable, Table, TableKey, block},
};

const NOON: u64 = 1_763_726_400_000; // 2025-11-21T12:00:00Z

fn calls() -> Table {
    let schema = serde_json::json!({
        "type": "object",
        "properties": {
            "id": { "type": "string" },
            "version": { "type": "integer" },
            "at": { "type": "string", "format": "date-time" },
            "value": { "type": ["number", "null"] },
        },
        "required": ["id", "version", "at"],
    });
    Table::of(PlannedTable {
        name: "calls".into(),
        schema: schema.to_string(),
        partition_by: Some("at".into()),
        key: vec!["id".into()],
        version: Some("version".into()),
    })
    .unwrap()
}

fn key() -> TableKey {
    let installation =
        InstallationKey { tenant: "acme".parse().unwrap(), installation: "desk".parse().unwrap() };
    TableKey { installation, table: "calls".into() }
}

/// A row: which key, which version, which day, and a number that tells it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    id: u8,
    version: u8,
    day: u8,
    value: u16,
}

impl Row {
    fn json(self) -> String {
        let Self { id, version, day, value } = self;
        format!(
            r#"{{"id":"k{id}","version":{version},"at":"2025-11-{:02}T08:00:00Z","value":{value}}}"#,
            day + 1
        )
    }
}

struct World {
    store: Arc<Flaky>,
    datasets: Datasets,
    folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(Timestamp(NOON)));
        let store = tieline_store::open("lsm:store", folder.path(), clock.clone()).unwrap();
        let store = Arc::new(Flaky::new(store));
        let table = serde_json::to_vec(&calls()).unwrap();
        store.commit(Batch::new().put(Key::of_table(Space::Table, &key()), table)).await.unwrap();
        let datasets = datasets(&store, folder.path(), &clock);
        Self { store, datasets, folder, clock }
    }

    /// As after `kill -9`: what is in memory is gone, what is on disk is there.
    async fn restart(&mut self) {
        self.store.fails.store(Fails::Never as u8, Ordering::SeqCst);
        self.datasets = datasets(&self.store, self.folder.path(), &self.clock);
        self.datasets.sweep(&key().installation).await.unwrap();
    }

    async fn append(&self, rows: &[Row]) {
        let table = calls();
        let mut block = block::Writer::new(&table);
        for row in rows {
            let (day, cells) = table.row(&row.json(), Day::of(self.clock.now())).unwrap();
            block.push(day, &cells);
        }
        let place = Key::of_table(Space::Row, &key()).part(&block::BlockId::generate().to_string());
        self.store.commit(Batch::new().put(place, block.finish())).await.unwrap();
    }

    async fn rows(&self) -> Vec<Row> {
        self.datasets.flush_all(&key()).await.unwrap();
        let reading = self.datasets.reading(&key(), Day::FIRST..=Day::LAST).await.unwrap().unwrap();
        tokio::task::spawn_blocking(move || {
            let columns = reading.table().columns.clone();
            let found = Mutex::new(Vec::new());
            reading
                .each(&columns, |_, rows| {
                    rows.each(|row| {
                        let named: BTreeMap<_, _> = columns
                            .iter()
                            .zip(row)
                            .map(|(column, cell)| (column.name.as_str(), cell.to_json()))
                            .collect();
                        found.lock().unwrap().push(Row {
                            id: named["id"].as_str().unwrap()[1..].parse().unwrap(),
                            version: named["version"].as_u64().unwrap() as u8,
                            day: named["at"].as_str().unwrap()[8..10].parse::<u8>().unwrap() - 1,
                            value: named["value"].as_f64().unwrap() as u16,
                        });
                    });
                    Ok(ControlFlow::Continue(()))
                })
                .unwrap();
            let mut found = found.into_inner().unwrap();
            found.sort();
            found
        })
        .await
        .unwrap()
    }

    fn files(&self) -> Vec<String> {
        fn walk(folder: &Path, found: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() { walk(&path, found) } else { found.push(path.display().to_string()) }
            }
        }
        let mut found = Vec::new();
        walk(&self.folder.path().join("files/tenant=acme"), &mut found);
        found
    }
}

fn datasets(store: &Arc<Flaky>, folder: &Path, clock: &Arc<ManualClock>) -> Datasets {
    let place =
        Place::open("files", folder, &BTreeMap::new(), &Egress::new(&Policy::default()).unwrap()).unwrap();
    Datasets::new(store.clone(), place, clock.clone())
}

/// The rows that count.
fn counting(all: &[Row]) -> Vec<Row> {
    let newest = |row: &Row| {
        all.iter()
            .filter(|other| (other.id, other.day) == (row.id, row.day))
            .all(|other| other.version <= row.version)
    };
    let mut rows: Vec<_> = all.iter().copied().filter(|row| newest(row)).collect();
    rows.sort();
    rows
}

#[derive(Debug, Clone)]
enum Step {
    Append(Vec<Row>),
    Flush,
    Compact(bool),
    /// The next commit of files fails so, and then the host starts anew.
    Cut(Fails, bool),
    Read,
}

fn step() -> impl Strategy<Value = Step> {
    let row = (0..6_u8, 0..4_u8, 0..3_u8, any::<u16>()).prop_map(|(id, version, day, value)| Row {
        id,
        version,
        day,
        value,
    });
    prop_oneof![
        4 => prop::collection::vec(row, 1..8).prop_map(Step::Append),
        2 => Just(Step::Flush),
        2 => any::<bool>().prop_map(Step::Compact),
        2 => (prop_oneof![Just(Fails::Before), Just(Fails::After)], any::<bool>())
            .prop_map(|(fails, compacting)| Step::Cut(fails, compacting)),
        1 => Just(Step::Read),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn no_row_is_lost_or_there_twice(steps in prop::collection::vec(step(), 1..20)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let mut world = World::new().await;
            let mut model = Vec::new();
            for step in steps {
                match step {
                    Step::Append(rows) => {
                        world.append(&rows).await;
                        model.extend(rows);
                    }
                    Step::Flush => drop(world.datasets.flush_all(&key()).await.unwrap()),
                    Step::Compact(all) => drop(world.datasets.compact(&key(), all).await.unwrap()),
                    Step::Cut(fails, compacting) => {
                        world.store.fails.store(fails as u8, Ordering::SeqCst);
                        let _ = match compacting {
                            true => world.datasets.compact(&key(), true).await.map(drop),
                            false => world.datasets.flush_all(&key()).await.map(drop),
                        };
                        world.restart().await;
                    }
                    Step::Read => assert_eq!(world.rows().await, counting(&model)),
                }
            }
            assert_eq!(world.rows().await, counting(&model));
            world.datasets.compact(&key(), true).await.unwrap();
            assert_eq!(world.rows().await, counting(&model));
            let days: std::collections::BTreeSet<_> = model.iter().map(|row| row.day).collect();
            assert_eq!(world.files().len(), days.len(), "one file a day, and nothing beside them: {:?}", world.files());
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_reads_keeps_the_files_until_the_end() {
    let world = World::new().await;
    let rows = |version| (0..20).map(|id| Row { id, version, day: 0, value: 0 }).collect::<Vec<_>>();
    world.append(&rows(1)).await;
    world.datasets.flush_all(&key()).await.unwrap();
    world.append(&rows(2)).await;
    world.datasets.flush_all(&key()).await.unwrap();
    let reading = world.datasets.reading(&key(), Day::FIRST..=Day::LAST).await.unwrap().unwrap();
    let merged = world.datasets.compact(&key(), true).await.unwrap();
    assert_eq!((merged.merged, merged.superseded), (2, 20));
    assert_eq!(world.files().len(), 3);
    let text = tokio::task::spawn_blocking(move || {
        let mut csv = Vec::new();
        reading.export(Format::Csv, &mut csv).unwrap();
        String::from_utf8(csv).unwrap()
    });
    assert_eq!(text.await.unwrap().lines().count(), 21);
    world.datasets.sweep(&key().installation).await.unwrap();
    world.datasets.compact(&key(), true).await.unwrap();
    assert_eq!(world.files().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_column_is_nothing_in_old_rows_and_an_old_one_stays() {
    let world = World::new().await;
    world.append(&[Row { id: 1, version: 1, day: 0, value: 7 }]).await;
    world.datasets.flush_all(&key()).await.unwrap();
    let mut planned = calls();
    planned.columns.retain(|column| column.name != "value");
    planned.columns.push(Column { name: "network".into(), kind: ColumnType::Text, nullable: true });
    let kept = serde_json::to_vec(&calls().evolved(&planned).unwrap()).unwrap();
    world.store.commit(Batch::new().put(Key::of_table(Space::Table, &key()), kept)).await.unwrap();
    let mut block = block::Writer::new(&planned);
    let row = r#"{"id":"k2","version":1,"at":"2025-11-01T09:00:00Z","network":"wifi"}"#;
    let (day, cells) = planned.row(row, Day::of(world.clock.now())).unwrap();
    block.push(day, &cells);
    let place = Key::of_table(Space::Row, &key()).part(&block::BlockId::generate().to_string());
    world.store.commit(Batch::new().put(place, block.finish())).await.unwrap();
    world.datasets.flush_all(&key()).await.unwrap();
    world.datasets.compact(&key(), true).await.unwrap();
    let reading = world.datasets.reading(&key(), Day::FIRST..=Day::LAST).await.unwrap().unwrap();
    let csv = tokio::task::spawn_blocking(move || {
        let mut csv = Vec::new();
        reading.export(Format::Csv, &mut csv).unwrap();
        String::from_utf8(csv).unwrap()
    });
    let csv = csv.await.unwrap();
    let mut lines: Vec<_> = csv.lines().collect();
    lines[1..].sort_unstable();
    assert_eq!(lines[0].split(',').count(), 5);
    assert!(lines[1].contains("k1") && lines[1].contains('7'), "{csv}");
    assert!(lines[2].contains("k2") && lines[2].contains("wifi"), "{csv}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_days_go_and_another_stores_files_are_not_touched() {
    let mut world = World::new().await;
    world
        .append(&[Row { id: 1, version: 1, day: 0, value: 0 }, Row { id: 1, version: 1, day: 2, value: 0 }])
        .await;
    world.datasets.flush_all(&key()).await.unwrap();
    assert!(world.datasets.expire(&key(), "2025-11-02".parse().unwrap()).await.unwrap() > 0);
    assert_eq!(world.rows().await.len(), 1);
    assert_eq!(world.files().len(), 1);
    // Nobody's file goes, and another store's host does not even look.
    let stray = world.folder.path().join("files/tenant=acme/installation=desk/calls/stray.parquet");
    std::fs::write(&stray, "x").unwrap();
    let other = tempfile::tempdir().unwrap();
    let store = tieline_store::open("lsm:store", other.path(), world.clock.clone()).unwrap();
    let stranger = datasets(&Arc::new(Flaky::new(store)), world.folder.path(), &world.clock);
    assert!(stranger.sweep(&key().installation).await.is_err());
    assert!(stray.exists());
    world.restart().await;
    assert!(!stray.exists());
    let ops = tieline_datasets::forgotten(&*world.store, &key().installation).await.unwrap();
    world.store.commit(Batch::new().ops(ops)).await.unwrap();
    assert_eq!(world.datasets.known().await.unwrap().installations.len(), 1, "its files are still there");
    world.datasets.sweep(&key().installation).await.unwrap();
    assert!(world.files().is_empty());
    assert!(world.datasets.known().await.unwrap().installations.is_empty());
}
