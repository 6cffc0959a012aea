//! The `dataset` capability: rows of tables, committed with the run. They wait in the store until somebody else makes
//! a file of them.

mod kept;

use tieline_types::{
    Exceeded, Limit, Limits,
    dataset::{Day, Table, TableKey, block},
    manifest::Capability,
};
use wasmtime::component::{HasData, Linker};

use crate::{
    bindings::{dataset as contract, types::Refusal},
    run::Run,
};

pub use kept::{Kept, MUCH, Waiting};

struct Dataset;

impl HasData for Dataset {
    type Data<'a> = View<'a>;
}

/// What this capability sees of a run.
struct View<'a>(&'a mut Run);

/// Links `tieline:connector/dataset`.
///
/// # Errors
/// When the name is linked already.
pub fn add_to_linker<T: AsMut<Run> + Send + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    contract::add_to_linker::<T, Dataset>(linker, |state| View(state.as_mut()))
}

impl contract::Host for View<'_> {
    fn append(&mut self, table: String, rows: Vec<String>) -> wasmtime::Result<Result<(), Refusal>> {
        let asked = (&table, &rows);
        let told = self.0.asked("dataset.append", format_args!("{table}"), &asked, || Ok(()))?;
        if let Some(told) = told {
            return Ok(told);
        }
        let told = self.taken(table, &rows);
        self.0.told(&told);
        Ok(told)
    }
}

impl View<'_> {
    fn taken(&mut self, name: String, rows: &[String]) -> Result<(), Refusal> {
        self.0.may_use(Capability::Dataset)?;
        let tables = self.0.spec.tables.clone();
        let table = tables.get(&name).ok_or_else(|| {
            let shown: String = name.chars().take(80).collect();
            Refusal::Invalid(format!("the plan has no table `{}`", shown.escape_debug()))
        })?;
        if rows.is_empty() {
            return Ok(());
        }
        let run = &mut *self.0;
        let limits = run.spec.limits.clone();
        let installation = run.spec.installation.clone();
        let kept = run.services().datasets.bytes(&installation);
        let today = Day::of(run.services().clock.now());

        let appended = run.transaction.appended.saturating_add(u32::try_from(rows.len()).unwrap_or(u32::MAX));
        if appended > limits.dataset_rows {
            return Err(over(Limit::DATASET_ROWS, limits.dataset_rows));
        }
        let key = TableKey { installation, table: name };
        let block = run.transaction.rows(key.clone(), || block::Writer::new(table));
        let before = block.len();
        let taken = write(block, table, rows, today, &limits);
        let bytes = run.transaction.appended_bytes();
        let taken = taken.and_then(|()| within(bytes, kept, &limits));
        match taken {
            Ok(()) => run.transaction.appended = appended,
            Err(_) => run.transaction.take_back(&key, before),
        }
        taken
    }
}

fn write(
    block: &mut block::Writer,
    table: &Table,
    rows: &[String],
    today: Day,
    limits: &Limits,
) -> Result<(), Refusal> {
    for (place, row) in rows.iter().enumerate() {
        if row.len() > limits.dataset_row_bytes {
            return Err(over(Limit::DATASET_ROW_BYTES, limits.dataset_row_bytes));
        }
        let (day, cells) = table
            .row(row, today)
            .map_err(|why| Refusal::Invalid(format!("row {place} for `{}`: {why}", table.name)))?;
        block.push(day, &cells);
    }
    Ok(())
}

/// Whether a run may append so many bytes, and its installation keep them beside what it keeps. Runs that append at
/// the same time do not see each other's rows here: together they may keep a little more than the total.
fn within(bytes: usize, kept: u64, limits: &Limits) -> Result<(), Refusal> {
    if bytes > limits.dataset_bytes {
        return Err(over(Limit::DATASET_BYTES, limits.dataset_bytes));
    }
    if kept.saturating_add(bytes as u64) > limits.dataset_total_bytes {
        return Err(over(Limit::DATASET_TOTAL_BYTES, limits.dataset_total_bytes));
    }
    Ok(())
}

fn over(limit: Limit, allowed: impl TryInto<u64>) -> Refusal {
    Refusal::QuotaExceeded(Exceeded::new(limit, allowed).with_setting())
}
