//! What the API is told of datasets.

use std::ops::{ControlFlow, RangeInclusive};

use tieline_datasets::{
    DatasetError, Reading, TableFiles,
    export::Format,
    summary::{Asked, Groups, Question, TooManyGroups},
};
use tieline_types::{
    InstallationKey, Problem,
    api::{DatasetCompaction, DatasetDay, DatasetDetail, DatasetGroup, DatasetNumbers, DatasetSummary},
    dataset::{Day, Table, TableKey},
};

use super::unavailable;
use crate::{Export, Host, HostError, stream};

/// The most groups of one answer: more than any chart has points.
const GROUPS: usize = 10_000;

impl Host {
    /// The tables of an installation, by name.
    ///
    /// # Errors
    /// [`HostError::NotFound`] when there is no such installation; so for all questions about datasets.
    pub async fn datasets(&self, installation: &InstallationKey) -> Result<Vec<DatasetSummary>, HostError> {
        self.installation(installation)?;
        let tables = self.upkeep.datasets.tables(installation).await;
        let tables = tables.map_err(|error| unavailable("listing the tables", error))?;
        Ok(tables.values().map(|found| self.table_summary(installation, found)).collect())
    }

    /// One table, with its columns and its days.
    ///
    /// # Errors
    /// [`HostError::NotFound`] when there is no such table; so for all questions about one.
    pub async fn dataset(&self, key: &TableKey) -> Result<DatasetDetail, HostError> {
        self.installation(&key.installation)?;
        let tables = self.upkeep.datasets.tables(&key.installation).await;
        let mut tables = tables.map_err(|error| unavailable("reading the tables", error))?;
        let found = tables.remove(&key.table).ok_or_else(|| no_table(key))?;
        let summary = self.table_summary(&key.installation, &found);
        let day = |(day, files): (&Day, &Vec<_>)| {
            let sum = |of: fn(&tieline_datasets::FileRecord) -> u64| files.iter().map(of).sum();
            DatasetDay { day: *day, files: files.len(), rows: sum(|f| f.rows), bytes: sum(|f| f.bytes) }
        };
        Ok(DatasetDetail { summary, days: found.days.iter().map(day).collect(), schema: found.table })
    }

    /// Numbers about the rows of a table that count, in groups.
    ///
    /// # Errors
    /// [`HostError::Invalid`] with everything that cannot be asked, or when there are too many groups.
    pub async fn dataset_numbers(
        &self,
        key: &TableKey,
        asked: &Asked,
        days: RangeInclusive<Day>,
    ) -> Result<DatasetNumbers, HostError> {
        let reading = self.reading(key, days).await?;
        let question =
            Question::of(reading.table(), asked).map_err(|problems| HostError::Invalid { problems })?;
        let numbers = move || {
            let columns = question.columns.clone();
            let mut groups = Ok(Groups::new(question, GROUPS));
            reading.each(&columns, |day, rows| {
                let added = groups.as_mut().map_err(|beyond: &mut TooManyGroups| *beyond);
                Ok(match added.and_then(|groups| groups.add(day, &rows)) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(beyond) => {
                        groups = Err(beyond);
                        ControlFlow::Break(())
                    }
                })
            })?;
            Ok::<_, DatasetError>(groups)
        };
        let numbers = tokio::task::spawn_blocking(numbers).await.map_err(DatasetError::CutOff);
        let groups =
            numbers.and_then(|numbers| numbers).map_err(|error| unavailable("reading a table", error))?;
        let answer = groups.map_err(|TooManyGroups(most)| {
            let message = format!("There are more than {most} groups.");
            let remedy = "Group by fewer columns, ask for fewer days, or export the rows.";
            let problem = Problem::new("dataset.too-many-groups", message).remedy(remedy).at("/by");
            HostError::Invalid { problems: vec![problem] }
        })?;
        let answer = answer.finish();
        let group =
            |group: tieline_datasets::summary::Group| DatasetGroup { by: group.by, measures: group.measures };
        Ok(DatasetNumbers { rows: answer.rows, groups: answer.groups.into_iter().map(group).collect() })
    }

    /// All rows of a table that count, as they are read.
    ///
    /// # Errors
    /// [`HostError::Unavailable`] when rows that wait cannot be made files of.
    pub async fn dataset_export(
        &self,
        key: &TableKey,
        format: Format,
        days: RangeInclusive<Day>,
    ) -> Result<Export, HostError> {
        let reading = self.reading(key, days).await?;
        Ok(stream::written("a table", move |to| reading.export(format, to)))
    }

    /// Makes one file of each day of a table, without the rows that others supersede.
    ///
    /// # Errors
    /// [`HostError::Unavailable`] when files cannot be written.
    pub async fn compact_dataset(&self, key: &TableKey) -> Result<DatasetCompaction, HostError> {
        self.reading(key, Day::FIRST..=Day::LAST).await?;
        let merged = self.upkeep.merge(key, true).await;
        let merged = merged.map_err(|error| unavailable("merging the files of a table", error))?;
        Ok(DatasetCompaction {
            days: merged.days,
            files: merged.merged,
            bytes_before: merged.before,
            bytes_after: merged.after,
            superseded_rows: merged.superseded,
        })
    }

    /// The table with all rows that were committed until now.
    async fn reading(&self, key: &TableKey, days: RangeInclusive<Day>) -> Result<Reading, HostError> {
        self.installation(&key.installation)?;
        let filed = self.upkeep.file(key).await;
        filed.map_err(|error| unavailable("making files of rows that wait", error))?;
        let reading = self.upkeep.datasets.reading(key, days).await;
        let reading = reading.map_err(|error| unavailable("reading a table", error))?;
        reading.ok_or_else(|| no_table(key))
    }

    fn table_summary(&self, installation: &InstallationKey, found: &TableFiles) -> DatasetSummary {
        let Table { name, .. } = &found.table;
        let key = TableKey { installation: installation.clone(), table: name.clone() };
        let waiting = self.services.datasets.waiting();
        let waiting = waiting.iter().find(|(table, _)| *table == key).map_or(0, |(_, waiting)| waiting.bytes);
        let files = || found.days.values().flatten();
        DatasetSummary {
            table: name.clone(),
            first_day: found.days.keys().next().copied(),
            last_day: found.days.keys().next_back().copied(),
            files: files().count(),
            rows: files().map(|file| file.rows).sum(),
            bytes: files().map(|file| file.bytes).sum(),
            waiting_bytes: waiting,
        }
    }
}

fn no_table(key: &TableKey) -> HostError {
    HostError::NotFound { what: format!("table {key}") }
}
