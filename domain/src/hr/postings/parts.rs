//! Who hires for a posting, and the stages that its applications go through.

use super::choices;
use crate::{Errors, MemberId, PostingStageId};
use serde::Deserialize;

/// Of one posting.
const MOST: usize = 20;

choices! {
    /// As what somebody hires.
    TeamRole {
        Recruiter = "recruiter", "Recruiter";
        HiringManager = "hiring_manager", "Hiring manager";
        Interviewer = "interviewer", "Interviewer";
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamMember {
    pub member: MemberId,
    pub name: String,
    pub role: TeamRole,
}

/// What is typed as member and role, row by row. Rows without a member are none.
pub fn read_team(rows: &[(String, String)]) -> Result<Vec<(MemberId, TeamRole)>, Errors> {
    let mut e = Errors::default();
    let mut team: Vec<(MemberId, TeamRole)> = vec![];
    for (member, role) in rows.iter().filter(|(member, _)| !member.is_empty()) {
        match (member.parse::<MemberId>(), TeamRole::parse(role)) {
            (Ok(member), _) if team.iter().any(|(known, _)| *known == member) => {
                e.add("team", "Everybody hires as one thing.");
            }
            (Ok(member), Some(role)) => team.push((member, role)),
            _ => e.add("team", "Choose who, and as what."),
        }
    }
    if team.len() > MOST {
        e.add("team", "At most 20 people hire for one job.");
    }
    e.or(team)
}

choices! {
    /// What a stage is for, whatever it is called.
    StageKind {
        New = "new", "New";
        Screening = "screening", "Screening";
        Interview = "interview", "Interview";
        Offer = "offer", "Offer";
        Hired = "hired", "Hired";
        Rejected = "rejected", "Rejected";
    }
}

/// The stages that a posting begins with.
pub const USUAL: &[(&str, StageKind)] = &[
    ("Applied", StageKind::New),
    ("Screening", StageKind::Screening),
    ("Interview", StageKind::Interview),
    ("Offer", StageKind::Offer),
    ("Hired", StageKind::Hired),
    ("Rejected", StageKind::Rejected),
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// None: it is to be made.
    pub id: Option<PostingStageId>,
    pub name: String,
    pub kind: StageKind,
}

/// Stages as typed, row by row; a row without a name is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub id: Vec<String>,
    pub name: Vec<String>,
    pub kind: Vec<String>,
    pub place: Vec<String>,
    /// Of the posting that was looked at.
    #[serde(rename = "_version")]
    pub version: i32,
}

impl Typed {
    pub fn of(stages: &[Stage]) -> Self {
        let all = |of: &dyn Fn(&Stage) -> String| stages.iter().map(of).collect::<Vec<_>>();
        Self {
            id: all(&|s| s.id.map(|id| id.to_string()).unwrap_or_default()),
            name: all(&|s| s.name.clone()),
            kind: all(&|s| s.kind.key().into()),
            place: (1..=stages.len()).map(|n| n.to_string()).collect(),
            version: 0,
        }
    }
}

/// In the order of their places. An application begins in the first one that is for new ones, and ends in one for those who
/// are hired or rejected: one of each there must be.
pub fn read_stages(typed: &Typed) -> Result<Vec<Stage>, Errors> {
    let mut e = Errors::default();
    let mut rows: Vec<(i32, Stage)> = vec![];
    for (n, name) in typed.name.iter().enumerate().take(2 * MOST) {
        let Some(name) = e.line("stages", name, 60) else { continue };
        let of = |list: &[String]| list.get(n).cloned().unwrap_or_default();
        let Some(kind) = StageKind::parse(&of(&typed.kind)) else {
            e.add("stages", format!("Choose what {name} is for."));
            continue;
        };
        let place = of(&typed.place).trim().parse().unwrap_or(i32::MAX);
        if rows.iter().any(|(_, s)| s.name.to_lowercase() == name.to_lowercase()) {
            e.add("stages", format!("There are two stages called {name}."));
        }
        rows.push((place, Stage { id: of(&typed.id).parse().ok(), name, kind }));
    }
    rows.sort_by_key(|(place, _)| *place);
    let stages: Vec<Stage> = rows.into_iter().map(|(_, s)| s).collect();
    for (kind, words) in [
        (StageKind::New, "new applications"),
        (StageKind::Hired, "those who are hired"),
        (StageKind::Rejected, "those who are rejected"),
    ] {
        match stages.iter().filter(|s| s.kind == kind).count() {
            1 => {}
            0 => e.add("stages", format!("One stage is for {words}.")),
            _ => e.add("stages", format!("Only one stage is for {words}.")),
        }
    }
    if stages.len() > MOST {
        e.add("stages", "At most 20 stages fit on a board.");
    }
    e.or(stages)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(rows: &[(&str, &str, &str)]) -> Typed {
        let all = |of: fn(&(&str, &str, &str)) -> String| rows.iter().map(of).collect();
        Typed {
            id: vec![],
            name: all(|r| r.0.to_owned()),
            kind: all(|r| r.1.to_owned()),
            place: all(|r| r.2.to_owned()),
            version: 0,
        }
    }

    #[test]
    fn stages_stand_in_their_order_and_begin_and_end() {
        let stages = read_stages(&typed(&[
            ("No", "rejected", "9"),
            ("Yes", "hired", "8"),
            ("In", "new", "1"),
            ("", "offer", ""),
            ("Call", "screening", "2"),
        ]));
        let names: Vec<String> = stages.expect("stages").into_iter().map(|s| s.name).collect();
        assert_eq!(names, ["In", "Call", "Yes", "No"]);
        for wrong in [
            &[("In", "new", ""), ("Yes", "hired", "")][..],
            &[("In", "new", ""), ("Also", "new", ""), ("Yes", "hired", ""), ("No", "rejected", "")],
            &[("In", "new", ""), ("in", "offer", ""), ("Yes", "hired", ""), ("No", "rejected", "")],
            &[("In", "fun", ""), ("Yes", "hired", ""), ("No", "rejected", "")],
        ] {
            assert!(read_stages(&typed(wrong)).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn everybody_hires_as_one_thing() {
        let id = uuid::Uuid::from_u128(1).to_string();
        let row = |role: &str| (id.clone(), role.to_owned());
        assert_eq!(read_team(&[row("interviewer"), (String::new(), "recruiter".into())]).expect("a team").len(), 1);
        assert!(read_team(&[row("interviewer"), row("recruiter")]).is_err());
        assert!(read_team(&[row("boss")]).is_err());
    }
}
