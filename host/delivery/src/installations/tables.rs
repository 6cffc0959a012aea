//! The tables that a plan declares: whether they can be, and whether the rows that are there already allow it.

use std::collections::{BTreeMap, BTreeSet};

use tieline_store::{Key, Op, Space, Store, StoreError};
use tieline_types::{
    InstallationKey, Problem, Rights,
    dataset::{PlannedTable, Table, TableKey},
    manifest::Capability,
};

/// The most tables of an installation.
const TABLES: usize = 32;

/// Tables by name, as the host understands them.
pub(super) fn understood(
    planned: Vec<PlannedTable>,
    rights: &Rights,
) -> Result<BTreeMap<String, Table>, Vec<Problem>> {
    if !planned.is_empty() && !rights.capability(Capability::Dataset) {
        let message = "The connector plans tables, which its manifest does not declare.";
        let remedy = "Add `dataset = \"why\"` to [capabilities] in connector.toml.";
        return Err(vec![Problem::new("plan.undeclared", message).remedy(remedy)]);
    }
    if planned.len() > TABLES {
        let message = format!("The connector plans {} tables; the limit is {TABLES}.", planned.len());
        return Err(vec![Problem::new("plan.table-invalid", message)]);
    }
    let (mut tables, mut problems, mut seen) = (BTreeMap::new(), Vec::new(), BTreeSet::new());
    for table in planned {
        let name = table.name.clone();
        if !seen.insert(name.clone()) {
            problems.push(invalid(&name, "plan.table-invalid", "there are two of this name"));
        } else if !rights.table(&name) {
            let problem = invalid(&name, "plan.table-undeclared", "the manifest does not name it");
            problems.push(
                problem.remedy(format!(
                    "Add [[datasets]] with name = \"{name}\" and a reason to connector.toml."
                )),
            );
        } else {
            match Table::of(table) {
                Ok(table) => drop(tables.insert(name, table)),
                Err(faults) => {
                    let one = |fault: &String| invalid(&name, "plan.table-invalid", fault);
                    problems.extend(faults.iter().map(one));
                }
            }
        }
    }
    if problems.is_empty() { Ok(tables) } else { Err(problems) }
}

fn invalid(name: &str, code: &'static str, fault: &str) -> Problem {
    let shown: String = name.chars().take(80).collect();
    Problem::new(code, format!("The connector plans the table `{}`: {fault}.", shown.escape_debug()))
}

/// What is to be written so that the tables are kept, given those that are. The inner error is for people.
pub(super) async fn kept(
    store: &dyn Store,
    installation: &InstallationKey,
    planned: &BTreeMap<String, Table>,
) -> Result<Result<Vec<Op>, Vec<Problem>>, StoreError> {
    let (mut ops, mut problems) = (Vec::new(), Vec::new());
    for (name, table) in planned {
        let key = TableKey { installation: installation.clone(), table: name.clone() };
        let key = Key::of_table(Space::Table, &key);
        let stored = store.get(&key).await?;
        let stored = stored.map(|value| read(&value.bytes)).transpose()?;
        match stored.as_ref().map_or_else(|| Ok(table.clone()), |stored| stored.evolved(table)) {
            Ok(evolved) if stored.as_ref() == Some(&evolved) => {}
            Ok(evolved) => {
                let value = serde_json::to_vec(&evolved).expect("plain data always serialises");
                ops.push(Op::Put { key, value: value.into(), expires: None });
            }
            Err(faults) => problems.extend(faults.iter().map(|fault| {
                invalid(name, "plan.table-changed", fault).remedy("Plan another table beside it.")
            })),
        }
    }
    Ok(if problems.is_empty() { Ok(ops) } else { Err(problems) })
}

fn read(bytes: &[u8]) -> Result<Table, StoreError> {
    serde_json::from_slice(bytes).map_err(|_| StoreError::Corrupt { what: "a table of a dataset" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::{Grant, Manifest};

    fn rights(more: &str) -> Rights {
        let manifest = format!(
            "connector = {{ id = \"t\", version = \"1.0.0\", name = \"T\", vendor = \"T\", licence = \"MIT\", \
             description = \"T\", minimum_host = \"0.1.0\" }}\n{more}"
        );
        Rights::of(&Manifest::parse(&manifest).unwrap(), &Grant::default())
    }

    const DECLARED: &str =
        "capabilities = { dataset = \"r\" }\ndatasets = [{ name = \"calls\", reason = \"r\" }]";

    fn table(name: &str, kind: &str) -> PlannedTable {
        PlannedTable {
            name: name.into(),
            schema: format!("{{\"type\":\"object\",\"properties\":{{\"id\":{{\"type\":\"{kind}\"}}}}}}"),
            partition_by: None,
            key: vec![],
            version: None,
        }
    }

    fn codes(more: &str, tables: Vec<PlannedTable>) -> Vec<String> {
        let found = understood(tables, &rights(more));
        found.err().unwrap_or_default().into_iter().map(|problem| problem.code).collect()
    }

    #[test]
    fn refuses_what_nobody_declared_and_what_could_not_be_kept() {
        assert_eq!(codes("", vec![table("calls", "string")]), ["plan.undeclared"]);
        assert_eq!(codes(DECLARED, vec![table("people", "string")]), ["plan.table-undeclared"]);
        assert_eq!(codes(DECLARED, vec![table("calls", "array")]), ["plan.table-invalid"]);
        let twice = vec![table("calls", "string"), table("calls", "string")];
        assert_eq!(codes(DECLARED, twice), ["plan.table-invalid"]);
        let many = (0..=TABLES).map(|n| table(&n.to_string(), "string")).collect();
        assert_eq!(codes(DECLARED, many), ["plan.table-invalid"]);
        assert!(codes(DECLARED, vec![table("calls", "string")]).is_empty());
    }
}
