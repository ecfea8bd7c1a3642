//! What whoever applies is asked.

use super::choices;
use crate::{Errors, PostingQuestionId};
use serde::{Deserialize, Serialize};

/// Of one posting, and answers to choose from.
const MOST: usize = 20;
const OPTIONS: usize = 20;

choices! {
    Kind {
        Text = "text", "Text";
        Choice = "choice", "One of several";
        YesNo = "yes_no", "Yes or no";
        File = "file", "A file";
    }
}

choices! {
    YesNo {
        Yes = "yes", "Yes";
        No = "no", "No";
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// None: it is to be made.
    pub id: Option<PostingQuestionId>,
    pub kind: Kind,
    pub question: String,
    pub options: Vec<String>,
    pub required: bool,
    /// The answer by which somebody is probably not who is looked for: a person looks all the same.
    pub knock_out: Option<YesNo>,
}

/// Questions as typed, row by row; a row without words is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub id: Vec<String>,
    pub question: Vec<String>,
    pub kind: Vec<String>,
    pub options: Vec<String>,
    pub required: Vec<String>,
    pub knock_out: Vec<String>,
    pub place: Vec<String>,
    /// Of the posting that was looked at.
    #[serde(rename = "_version")]
    pub version: i32,
}

impl Typed {
    pub fn of(questions: &[Question]) -> Self {
        let all = |of: &dyn Fn(&Question) -> String| questions.iter().map(of).collect::<Vec<_>>();
        Self {
            id: all(&|q| q.id.map(|id| id.to_string()).unwrap_or_default()),
            question: all(&|q| q.question.clone()),
            kind: all(&|q| q.kind.key().into()),
            options: all(&|q| q.options.join("\n")),
            required: all(&|q| if q.required { "yes".into() } else { String::new() }),
            knock_out: all(&|q| q.knock_out.map(|k| k.key().to_owned()).unwrap_or_default()),
            place: (1..=questions.len()).map(|n| n.to_string()).collect(),
            version: 0,
        }
    }
}

/// In the order of their places.
pub fn read(typed: &Typed) -> Result<Vec<Question>, Errors> {
    let mut e = Errors::default();
    let mut rows: Vec<(i32, Question)> = vec![];
    for (n, words) in typed.question.iter().enumerate().take(2 * MOST) {
        let Some(question) = e.line("questions", words, 300) else { continue };
        let of = |list: &[String]| list.get(n).cloned().unwrap_or_default();
        let Some(kind) = Kind::parse(&of(&typed.kind)) else {
            e.add("questions", format!("Choose how “{question}” is answered."));
            continue;
        };
        let mut options = vec![];
        if kind == Kind::Choice {
            for line in of(&typed.options).lines() {
                options.extend(e.line("questions", line, 120).filter(|o| !options.contains(o)));
            }
            if options.len() < 2 || options.len() > OPTIONS {
                e.add("questions", format!("“{question}” needs 2 to 20 answers to choose from, one in each line."));
            }
        }
        let knock_out = YesNo::parse(&of(&typed.knock_out));
        if knock_out.is_some() && kind != Kind::YesNo {
            e.add("questions", format!("Only yes or no can rule somebody out: “{question}” is answered otherwise."));
        }
        let place = of(&typed.place).trim().parse().unwrap_or(i32::MAX);
        let required = !of(&typed.required).is_empty();
        rows.push((place, Question { id: of(&typed.id).parse().ok(), kind, question, options, required, knock_out }));
    }
    rows.sort_by_key(|(place, _)| *place);
    if rows.len() > MOST {
        e.add("questions", "Nobody answers more than 20 questions.");
    }
    e.or(rows.into_iter().map(|(_, q)| q).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(question: &str, kind: &str, options: &str, knock_out: &str) -> Typed {
        Typed {
            question: vec![question.into()],
            kind: vec![kind.into()],
            options: vec![options.into()],
            knock_out: vec![knock_out.into()],
            required: vec!["yes".into()],
            ..Typed::default()
        }
    }

    #[test]
    fn a_question_is_answered_in_a_way_that_holds() {
        let read_one = |typed: Typed| read(&typed).map(|q| q.into_iter().next());
        let asked = read_one(row("May you work here?", "yes_no", "", "no")).expect("a question").expect("one");
        assert_eq!((asked.knock_out, asked.required), (Some(YesNo::No), true));
        assert_eq!(read_one(row("", "text", "", "")), Ok(None));
        let choice = read_one(row("When?", "choice", "Now\nLater\n\nNow", "")).expect("a question").expect("one");
        assert_eq!(choice.options, ["Now", "Later"]);
        for wrong in [row("When?", "choice", "Now", ""), row("Why?", "text", "", "no"), row("Why?", "odd", "", "")] {
            assert!(read(&wrong).is_err(), "{wrong:?}");
        }
        let back = Typed::of(std::slice::from_ref(&asked));
        assert_eq!(read(&back).expect("the same")[0].question, asked.question);
    }
}
