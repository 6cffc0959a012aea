//! How a table may change while its rows stay.

use super::{Column, Table};

impl Table {
    /// What is kept from now on, given what a connector plans: columns are added and never lost. Rows that were
    /// written before have nothing in a new column, so it must allow that.
    ///
    /// # Errors
    /// Everything that rows which are there already contradict, in words.
    pub fn evolved(&self, planned: &Self) -> Result<Self, Vec<String>> {
        let mut faults = Vec::new();
        for column in &planned.columns {
            match self.column(&column.name) {
                Some(kept) if kept.kind != column.kind => {
                    faults.push(format!("`{}` becomes {} and was {}", column.name, column.kind, kept.kind));
                }
                Some(kept) if kept.nullable && !column.nullable => {
                    faults.push(format!(
                        "`{}` becomes required, and rows without it may be there",
                        column.name
                    ));
                }
                None if !column.nullable => {
                    faults.push(format!(
                        "the new column `{}` is required, and rows without it are there",
                        column.name
                    ));
                }
                _ => {}
            }
        }
        let named = |name: &Option<String>| name.clone().unwrap_or_else(|| "nothing".into());
        let roles = [
            ("key", self.key.join(", "), planned.key.join(", ")),
            ("version", named(&self.version), named(&planned.version)),
            ("partition", named(&self.partition_by), named(&planned.partition_by)),
        ];
        for (role, was, becomes) in roles.into_iter().filter(|(_, was, becomes)| was != becomes) {
            faults.push(format!("its {role} becomes {becomes} and was {was}"));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let kept = self.columns.iter().map(|kept| match planned.column(&kept.name) {
            Some(column) => column.clone(),
            None => Column { nullable: true, ..kept.clone() },
        });
        let new = planned.columns.iter().filter(|column| self.column(&column.name).is_none()).cloned();
        Ok(Self { columns: kept.chain(new).collect(), ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{ColumnType, table::tests::calls};

    fn changed(change: impl FnOnce(&mut Table)) -> Result<Table, Vec<String>> {
        let mut planned = calls();
        change(&mut planned);
        calls().evolved(&planned)
    }

    fn column(name: &str, nullable: bool) -> Column {
        Column { name: name.into(), kind: ColumnType::Text, nullable }
    }

    #[test]
    fn columns_come_and_stay() {
        assert_eq!(changed(|_| {}), Ok(calls()));
        let more = changed(|table| table.columns.insert(0, column("network", true))).unwrap();
        assert_eq!(more.columns.last().unwrap().name, "network");
        let fewer = changed(|table| drop(table.columns.pop())).unwrap();
        assert_eq!(fewer.columns.len(), calls().columns.len());
        assert!(fewer.column("failed").unwrap().nullable);
        assert!(changed(|table| table.columns[2].nullable = true).unwrap().columns[2].nullable);
    }

    #[test]
    fn what_rows_contradict_is_refused() {
        let faults = |change: fn(&mut Table)| changed(change).unwrap_err().join("; ");
        assert!(
            faults(|t| t.columns[3].kind = ColumnType::Text)
                .contains("`jitter_ms` becomes text and was number")
        );
        assert!(faults(|t| t.columns[3].nullable = false).contains("`jitter_ms` becomes required"));
        assert!(faults(|t| t.columns.push(column("network", false))).contains("`network` is required"));
        assert!(faults(|t| t.key.clear()).contains("its key becomes  and was call_id"));
        assert!(faults(|t| t.version = None).contains("its version becomes nothing"));
        assert!(faults(|t| t.partition_by = None).contains("its partition becomes nothing"));
    }
}
