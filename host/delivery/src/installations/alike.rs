//! Many problems of a plan that are alike, shortened to what somebody can read. Pure.

use std::collections::HashMap;

use tieline_types::Problem;

/// So many problems with one code are shown; the others are counted.
const SHOWN: usize = 10;

/// Problems in the order in which they were found. Equal ones are one that says how often it was found; of many with
/// one code the first stand, and one more says how many there are beside them.
pub(super) fn shortened(problems: Vec<Problem>) -> Vec<Problem> {
    let mut kinds: Vec<Kind> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for problem in problems {
        let place = *places.entry(problem.code.clone()).or_insert_with(|| {
            kinds.push(Kind::default());
            kinds.len() - 1
        });
        kinds[place].add(problem);
    }
    kinds.into_iter().flat_map(Kind::told).collect()
}

/// Problems with one code.
#[derive(Default)]
struct Kind {
    shown: Vec<(Problem, usize)>,
    others: usize,
}

impl Kind {
    fn add(&mut self, problem: Problem) {
        if let Some((_, times)) = self.shown.iter_mut().find(|(shown, _)| *shown == problem) {
            *times += 1;
        } else if self.shown.len() < SHOWN {
            self.shown.push((problem, 1));
        } else {
            self.others += 1;
        }
    }

    fn told(self) -> Vec<Problem> {
        let others = self.shown.first().filter(|_| self.others > 0).map(|(first, _)| Problem {
            message: format!("There are {} more problems of this kind.", self.others),
            field: None,
            ..first.clone()
        });
        let told = self.shown.into_iter().map(|(problem, times)| match times {
            1 => problem,
            _ => Problem { message: format!("{} ({times} times)", problem.message), ..problem },
        });
        told.chain(others).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn denied(number: usize) -> Problem {
        Problem::new(
            "plan.subscription-denied",
            format!("The connector plans a subscription to `/{number}`."),
        )
        .remedy("Grant it.")
        .at(format!("/rules/{number}"))
    }

    #[test]
    fn equal_problems_are_one_with_a_count() {
        let equal = vec![Problem::new("a", "No.").remedy("Do it."); 200];
        let told = shortened(equal);
        assert_eq!(told, [Problem::new("a", "No. (200 times)").remedy("Do it.")]);
    }

    #[test]
    fn of_many_that_are_alike_the_first_are_shown_and_the_others_counted() {
        let mut problems: Vec<_> = (0..200).map(denied).collect();
        problems.insert(50, Problem::new("other", "Another."));
        let told = shortened(problems);
        assert_eq!(told[..SHOWN], (0..SHOWN).map(denied).collect::<Vec<_>>()[..]);
        let others = &told[SHOWN];
        assert_eq!(others.message, "There are 190 more problems of this kind.");
        assert_eq!((others.code.as_str(), &others.field), ("plan.subscription-denied", &None));
        assert_eq!(others.remedy.as_deref(), Some("Grant it."));
        assert_eq!(told[SHOWN + 1..], [Problem::new("other", "Another.")]);
    }

    #[test]
    fn a_few_problems_stay_as_they_are() {
        let problems: Vec<_> = (0..SHOWN).map(denied).collect();
        assert_eq!(shortened(problems.clone()), problems);
        assert_eq!(shortened(vec![]), []);
    }
}
