//! The demo company's support: two queues, what is promised, and tickets of the last weeks with what was said in them.

use super::{Done, History, support, words};
use chrono::{DateTime, Duration, Utc};
use domain::{
    CannedReplyId, Conventions, DateOrder, Email, MessageId, QueueId, SlaPolicyId, TicketId,
    jobs::SendTicketReply,
    support::{
        calendars, canned as replies, messages as said, policies as promised, queues as waiting,
        routing::Channel,
        tickets::{Draft, Priority, Status},
    },
};
use store::{
    Db, Desk, Who, queue,
    support::{calendars as hours, canned, clocks, messages, policies, queues, tickets},
};

use Step::{Asks, Bounces, Holds, Notes, Reopens, Replies, ReplyAndWait, Solves};

/// What happens in a ticket, each so many minutes after the one before.
#[derive(Clone, Copy)]
enum Step {
    Asks(i64, &'static str),
    /// A machine of theirs.
    Bounces(i64, &'static str),
    Replies(i64, &'static str),
    ReplyAndWait(i64, &'static str),
    Notes(i64, &'static str),
    Holds(i64),
    Solves(i64, &'static str),
    Reopens(i64),
}

struct Story {
    subject: &'static str,
    from: &'static str,
    queue: &'static str,
    priority: &'static str,
    kind: &'static str,
    /// Days and minutes ago.
    ago: (i64, i64),
    text: &'static str,
    then: &'static [Step],
}

const fn story(
    subject: &'static str,
    from: &'static str,
    (queue, priority, kind): (&'static str, &'static str, &'static str),
    ago: (i64, i64),
    text: &'static str,
    then: &'static [Step],
) -> Story {
    Story { subject, from, queue, priority, kind, ago, text, then }
}

const ASK: (&str, &str, &str) = ("Support", "normal", "question");
const BROKEN: (&str, &str, &str) = ("Support", "high", "problem");
const DOWN: (&str, &str, &str) = ("Support", "urgent", "incident");
const BILL: (&str, &str, &str) = ("Billing", "normal", "question");
const ORDER: (&str, &str, &str) = ("Support", "low", "task");

const STORIES: &[Story] = &[
    story(
        "Emergency lights in the stairwell stay dark",
        "Eleanor Whitby (eleanor.whitby@meridian-hotels.example)",
        DOWN,
        (0, 95),
        "Since the power cut this morning none of the emergency luminaires in the north stairwell come on. We have guests on six floors.",
        &[
            Notes(12, "Meridian is our largest hotel customer. Same batch as in Athens?"),
            Replies(
                9,
                "Thank you for calling this in. Please keep the main supply on: the batteries need it to recover. An engineer rings you within the half hour.",
            ),
            Asks(38, "He called, thank you. Two floors are back, the others are not."),
        ],
    ),
    story(
        "Nord pendant hums when dimmed below 20 %",
        "Karl Hofstetter (karl.hofstetter@hofstetter.example)",
        BROKEN,
        (1, 230),
        "All twelve pendants in the tap room hum as soon as we dim them. At full power they are silent.",
        &[
            ReplyAndWait(
                55,
                "That sounds like a leading-edge dimmer. Could you send us a photo of the type plate of the dimmer?",
            ),
            Asks(310, "Here it is: Relco 400, leading edge, from 2009."),
            Notes(20, "Known: driver 3.1 with leading edge. We have 12 of driver 3.2 in Berlin."),
        ],
    ),
    story(
        "Invoice 2231 has the old address",
        "Baptiste Roux (baptiste.roux@rousseau-archi.example)",
        BILL,
        (2, 40),
        "Our accountant cannot book invoice 2231: it still names rue Lafayette. Could we have it again with the new address?",
        &[Solves(
            190,
            "Of course, and sorry for the trouble: the corrected invoice is in your mailbox. The new address now holds for all that follow.",
        )],
    ),
    story(
        "Which lamp for a reading room with 4 m ceilings?",
        "Katerina Papadaki (katerina.papadaki@meridian-resorts.example)",
        ASK,
        (0, 260),
        "We plan a second reading room. The ceilings are 4 m high and the shelves are dark oak. What would you hang there?",
        &[],
    ),
    story(
        "Replacement glass for Lantern 7",
        "Solène Garnier (solene.garnier@rousseau-archi.example)",
        ORDER,
        (3, 15),
        "One glass broke during cleaning. Do you sell single ones?",
        &[
            ReplyAndWait(400, "We do: 48 € plus shipping, here within a week. Shall we send one?"),
            Asks(1_500, "Yes please, to the office."),
        ],
    ),
    story(
        "App does not find the bridge any more",
        "Tom Ashworth (tom.ashworth@meridian-hotels.example)",
        BROKEN,
        (4, 120),
        "After the update of last night the app says that there is no bridge. We have restarted it twice.",
        &[
            Replies(
                35,
                "The update moved the bridge to the 5 GHz band. Hold its button for ten seconds: it comes back on both.",
            ),
            Asks(60, "That did it. Thank you!"),
            Solves(25, "Good to hear. The next update asks before it does that."),
        ],
    ),
    story(
        "Delivery for the lobby is two boxes short",
        "Priscilla Hale (priscilla.hale@harbourfield.example)",
        BROKEN,
        (5, 300),
        "The note says eight boxes, six arrived. The installers come on Monday.",
        &[
            Notes(30, "Carrier has them in Bristol since Thursday. They deliver tomorrow before ten."),
            Replies(10, "The carrier has found both boxes and delivers them tomorrow before ten."),
            Asks(1_200, "They are here. All complete."),
            Solves(45, "Wonderful. Good luck with the installation."),
        ],
    ),
    story(
        "Can the Fjord series be recycled?",
        "Margaux Delorme (margaux.delorme@librairies-sud.example)",
        ASK,
        (6, 45),
        "We need the recycling data for our report. Is there a sheet for Fjord?",
        &[Solves(
            520,
            "Here is what the factory has: aluminium 71 %, glass 18 %, electronics 11 %, all of which we take back free of charge.",
        )],
    ),
    story(
        "Quote for 40 wall lights",
        "Camille Arnaud (camille.arnaud@bellecour.example)",
        ORDER,
        (6, 400),
        "Could you quote 40 wall lights Fjord in brass, delivery in May?",
        &[Notes(200, "Passed on to Isabelle, it is hers."), Holds(5)],
    ),
    story(
        "Payment terms on the last order",
        "Nikos Vlachos (nikos.vlachos@meridian-resorts.example)",
        BILL,
        (1, 30),
        "We had agreed on 60 days, the invoice says 30.",
        &[],
    ),
    story(
        "Night lamps flicker in 14 rooms",
        "Eleanor Whitby (eleanor.whitby@meridian-hotels.example)",
        BROKEN,
        (8, 200),
        "In 14 rooms of the west wing the night lamps flicker every few minutes. We have changed the bulbs already.",
        &[
            Replies(
                260,
                "Thank you for the list of rooms. All of them hang on distribution board W2; we suspect its neutral.",
            ),
            Asks(900, "The electrician agrees. He comes on Wednesday."),
            ReplyAndWait(30, "Please tell us what he finds. We keep this open."),
            Asks(4_300, "It was the neutral. No flicker since."),
            Solves(60, "Thank you for coming back to us."),
        ],
    ),
    story(
        "Lamp arrived with a scratched shade",
        "Julien Mercier (julien.mercier@bellecour.example)",
        BROKEN,
        (9, 90),
        "The shade of one Nord pendant has a scratch of 3 cm.",
        &[Solves(700, "A new shade is on its way. Keep the old one, there is no need to send it back.")],
    ),
    story(
        "VAT number missing on invoice 2218",
        "Baptiste Roux (baptiste.roux@rousseau-archi.example)",
        BILL,
        (11, 150),
        "Invoice 2218 lacks our VAT number.",
        &[Solves(130, "Corrected and sent again.")],
    ),
    story(
        "Does the bridge work without internet?",
        "jana@kleinhotel-see.example",
        ASK,
        (0, 420),
        "We are a small hotel on an island and lose the connection often. Do scenes still work then?",
        &[],
    ),
    story(
        "Wrong colour temperature",
        "Gareth Pryce (gareth.pryce@harbourfield.example)",
        BROKEN,
        (12, 20),
        "We ordered 2700 K and got 3000 K for the bar.",
        &[
            Replies(
                95,
                "You are right, and we are sorry. 2700 K modules leave Berlin today; they click in without tools.",
            ),
            Asks(2_900, "Arrived and changed, took ten minutes."),
            Solves(20, "Glad that it was quick."),
        ],
    ),
    story(
        "How do I reset a wall switch?",
        "Katerina Papadaki (katerina.papadaki@meridian-resorts.example)",
        ASK,
        (13, 330),
        "The switch of room 12 controls the lights of room 14.",
        &[Solves(240, "Press both ends for eight seconds until it blinks twice, then pair it again in the app.")],
    ),
    story(
        "Scene “Breakfast” starts an hour late since Sunday",
        "Tom Ashworth (tom.ashworth@meridian-hotels.example)",
        BROKEN,
        (14, 250),
        "Since the clocks changed the breakfast scene starts at 7:30 instead of 6:30.",
        &[
            Notes(60, "Bridge firmware before 4.2 does not know the zone. Ask for the version."),
            ReplyAndWait(20, "Which firmware does the app show under Settings, About?"),
            Asks(800, "4.1.7"),
            Replies(45, "That explains it. We have sent 4.2 to your bridge; it restarts tonight at three."),
            Asks(1_400, "Right on time this morning. Thanks!"),
            Solves(30, "Perfect."),
        ],
    ),
    story(
        "Please delete my account",
        "p.novak@stavba-novak.example",
        ORDER,
        (15, 100),
        "I no longer work with Northwind lamps. Please remove my account and address.",
        &[
            Notes(300, "Passed on to Leila for the data request."),
            Solves(2_000, "Your account and your address are removed."),
        ],
    ),
    story(
        "Return of 6 desk lamps",
        "Margaux Delorme (margaux.delorme@librairies-sud.example)",
        BILL,
        (16, 380),
        "Six of the 200 desk lamps were too many. Can we send them back?",
        &[
            ReplyAndWait(200, "You can, within 30 days. The label is attached to this message."),
            Bounces(5, "I am out of the office until Monday."),
            Asks(5_900, "They went out today."),
            Solves(1_440, "They have arrived. The credit note is in your mailbox."),
        ],
    ),
    story(
        "Return of 6 desk lamps: credit note",
        "Margaux Delorme (margaux.delorme@librairies-sud.example)",
        BILL,
        (8, 30),
        "The credit note is for five lamps, we sent six.",
        &[
            Solves(95, "You are right. A second one over the sixth lamp is on its way."),
            Asks(2_500, "Received, thank you. One more question: may we keep the boxes?"),
            Solves(70, "Of course."),
        ],
    ),
    story(
        "Lumen values for the tender",
        "Jonas Brandt (j.brandt@vogt-partner.example)",
        ASK,
        (18, 60),
        "The tender asks for LM-80 reports of the Nord series.",
        &[Solves(330, "Attached are the reports of the laboratory, with L90 at 60,000 hours.")],
    ),
    story(
        "Ceiling rose does not cover the old hole",
        "Gareth Pryce (gareth.pryce@harbourfield.example)",
        ASK,
        (20, 210),
        "The hole is 14 cm wide, the rose 12 cm.",
        &[Solves(1_900, "There is a rose of 18 cm in the same finish, which we send you free of charge.")],
    ),
    story(
        "Sockets in the tap room trip the breaker",
        "Karl Hofstetter (karl.hofstetter@hofstetter.example)",
        DOWN,
        (22, 150),
        "As soon as all pendants are on, the breaker trips. We open at five.",
        &[
            Replies(
                14,
                "Please switch two groups off for tonight: it is the inrush of twelve drivers at once. We send a limiter by courier.",
            ),
            Asks(1_300, "The limiter is in and it holds."),
            Solves(40, "Thank you for your patience."),
        ],
    ),
    story(
        "Catalogue in French",
        "Solène Garnier (solene.garnier@rousseau-archi.example)",
        ORDER,
        (24, 10),
        "Do you have the catalogue in French?",
        &[Solves(600, "The French one is attached.")],
    ),
    story(
        "Login mail never arrives",
        "Priscilla Hale (priscilla.hale@harbourfield.example)",
        BROKEN,
        (26, 340),
        "I have asked for the link three times.",
        &[
            Replies(
                75,
                "Your mail server has refused us since Tuesday. We have asked them to let us in; meanwhile here is a link that works.",
            ),
            Asks(200, "In! Thank you."),
            Solves(10, "You are welcome."),
        ],
    ),
    story(
        "Spare driver for Fjord",
        "Camille Arnaud (camille.arnaud@bellecour.example)",
        ORDER,
        (28, 90),
        "We would like to keep two spare drivers on the shelf.",
        &[Solves(1_100, "Two drivers are on their way, invoice to follow.")],
    ),
    story(
        "Invoice 2195 was paid twice",
        "Nikos Vlachos (nikos.vlachos@meridian-resorts.example)",
        BILL,
        (30, 270),
        "Our bank has paid 2195 on the 2nd and on the 5th.",
        &[
            Notes(60, "Seen both. Daniel sends it back."),
            Solves(2_700, "The second payment went back to your account today."),
        ],
    ),
    story(
        "Lamp smells of burnt plastic",
        "office@torvehallen.example",
        DOWN,
        (0, 40),
        "One of the studio spots smells of burnt plastic since it was switched on this morning.",
        &[],
    ),
    story(
        "Warranty of the terrace lanterns",
        "Solène Garnier (solene.garnier@rousseau-archi.example)",
        ASK,
        (1, 190),
        "Does the warranty of five years hold for lanterns that stand by the sea?",
        &[
            Replies(280, "It does, as long as they are rinsed with fresh water twice a year."),
            Asks(700, "And if the contractor did not do that?"),
        ],
    ),
    story(
        "Meeting room lights turn off too early",
        "Jonas Brandt (j.brandt@vogt-partner.example)",
        ASK,
        (2, 330),
        "After five minutes without movement it gets dark, in the middle of a call.",
        &[ReplyAndWait(60, "You can set that in the app under Sensors, Hold time. Does 20 minutes suit you?")],
    ),
    story(
        "Broken remote",
        "lea@atelier-lea.example",
        ORDER,
        (7, 60),
        "The remote of my Fjord lamp does nothing any more.",
        &[
            Solves(200, "Please try a new battery of type CR2032 first, and tell us if that does not help."),
            Asks(4_000, "A new battery did not help."),
            Reopens(0),
            ReplyAndWait(90, "Then it is the remote. Which address may we send a new one to?"),
        ],
    ),
];

pub async fn bring(db: &Db, history: &History, owner: Desk, team: &[(Email, Desk)], now: DateTime<Utc>) -> Done {
    history.go_to(now - Duration::days(34));
    let desk =
        |name: &str| team.iter().find(|(email, _)| email.as_str().starts_with(name)).map_or(owner, |(_, desk)| *desk);
    let (mette, yara) = (desk("mette."), desk("yara."));
    settings(db, mette, yara).await?;
    let mut stories: Vec<&Story> = STORIES.iter().collect();
    stories.sort_by_key(|s| std::cmp::Reverse(s.ago));
    for story in stories {
        tell(db, history, (mette, yara), story, now).await.map_err(|e| format!("{}: {e}", story.subject))?;
    }
    // What has come due since is told by now.
    history.go_to(now - Duration::minutes(5));
    let mut tx = db.begin(mette).await.map_err(words)?;
    let due = clocks::due(&mut tx, 1_000).await.map_err(words)?;
    clocks::settle(&mut tx, &due).await.map_err(words)?;
    tx.commit().await.map_err(words)?;
    super::desk::bring(db, history, mette, yara, now).await
}

/// The billing queue, what is promised to hotels, hours with the holidays of the year, and canned replies.
async fn settings(db: &Db, mette: Desk, yara: Desk) -> Done {
    let mut tx = db.begin(mette).await.map_err(words)?;
    let usual = hours::all(&mut tx).await.map_err(words)?.into_iter().next().ok_or("a calendar of the beginning")?;
    let draft = calendars::Draft {
        days: "2026-12-24: 9-13 Christmas Eve\n2026-12-25: closed Christmas Day\n2027-01-01: closed New Year".into(),
        zone: "Europe/Copenhagen".into(),
        name: "Copenhagen desk".into(),
        mon: "8-12, 12:30-17".into(),
        tue: "8-12, 12:30-17".into(),
        wed: "8-12, 12:30-17".into(),
        thu: "8-12, 12:30-17".into(),
        fri: "8-12, 12:30-16".into(),
        ..Default::default()
    };
    let (name, calendar) = draft.read(DateOrder::Dmy).map_err(|e| format!("{e:?}"))?;
    hours::change(&mut tx, usual.id, usual.version, &name, &calendar).await.map_err(words)?;
    let members: Vec<[String; 2]> = [yara, mette]
        .iter()
        .filter_map(|desk| match desk.who {
            Who::Member(id) => Some([id.to_string(), "30".to_owned()]),
            _ => None,
        })
        .collect();
    let first = queues::all(&mut tx).await.map_err(words)?.into_iter().next().ok_or("a queue of the beginning")?;
    let support = waiting::Draft { how: "least_loaded".into(), surveys: "true".into(), ..first.draft() };
    let support = support.read(&members).map_err(|e| format!("{e:?}"))?;
    queues::change(&mut tx, first.id, first.version, &support).await.map_err(words)?;
    let billing = waiting::Draft {
        name: "Billing".into(),
        prefix: "BIL".into(),
        acknowledges: "true".into(),
        surveys: "true".into(),
        calendar: usual.id.to_string(),
        ..Default::default()
    };
    let id = tx.id::<QueueId>();
    queues::add(&mut tx, id, &billing.read(&[]).map_err(|e| format!("{e:?}"))?).await.map_err(words)?;
    support::route(&mut tx, id).await?;
    let incidents = promised::Draft {
        name: "Incidents".into(),
        kind: "incident".into(),
        urgent_first: "30 min".into(),
        urgent_next: "1".into(),
        urgent_resolution: "8".into(),
        high_first: "2".into(),
        high_next: "2".into(),
        high_resolution: "16".into(),
        normal_first: "4".into(),
        normal_resolution: "24".into(),
        ..Default::default()
    };
    let id = tx.id::<SlaPolicyId>();
    policies::add(&mut tx, id, &incidents.read().map_err(|e| format!("{e:?}"))?).await.map_err(words)?;
    for (name, body) in [
        (
            "We look into it",
            "Dear {{first_name}},\n\nthank you for writing. We look into {{number}} and come back to you today.\n\nBest regards\n{{agent}}",
        ),
        (
            "Ask for a photo",
            "Dear {{first_name}},\n\ncould you send us a photo of the type plate? It is under the canopy, or on the back of the driver.\n\nBest regards\n{{agent}}",
        ),
        (
            "Where the invoices are",
            "Dear {{first_name}},\n\nall invoices of {{customer}} are in the portal under Orders. If one is missing there, tell us its number.\n\n{{agent}}",
        ),
    ] {
        let (fields, _) = replies::Draft { name: name.into(), body: body.into() }.read();
        let id = tx.id::<CannedReplyId>();
        canned::add(&mut tx, id, &fields).await.map_err(words)?;
    }
    tx.commit().await.map_err(words)
}

async fn tell(db: &Db, history: &History, (mette, yara): (Desk, Desk), story: &Story, now: DateTime<Utc>) -> Done {
    let latest = now - Duration::minutes(6);
    let mut at = now - Duration::days(story.ago.0) - Duration::minutes(story.ago.1);
    history.go_to(at.min(latest));
    let billing = story.queue == "Billing";
    let agent = if billing { mette } else { yara };
    let draft = Draft {
        name: story.subject.into(),
        requester: story.from.into(),
        queue: story.queue.into(),
        priority: story.priority.into(),
        kind: story.kind.into(),
        message: story.text.into(),
        ..Draft::default()
    };
    let fields = draft.parse(&Conventions::default()).map_err(|e| format!("{e:?}"))?;
    let from = fields.requester.clone().ok_or("somebody asks")?;
    let mut tx = db.begin(mette).await.map_err(words)?;
    let ticket = tx.id::<TicketId>();
    tickets::add(&mut tx, ticket, &fields).await.map_err(words)?;
    tx.commit().await.map_err(words)?;
    for step in story.then {
        let after = match step {
            Asks(m, _)
            | Bounces(m, _)
            | Replies(m, _)
            | ReplyAndWait(m, _)
            | Notes(m, _)
            | Holds(m)
            | Solves(m, _)
            | Reopens(m) => *m,
        };
        at += Duration::minutes(after);
        // What would be in the future has not happened yet.
        if at > latest {
            break;
        }
        history.go_to(at);
        let mut tx = db.begin(agent).await.map_err(words)?;
        let id = tx.id::<MessageId>();
        let write = |text: &str, kind, then| said::Fields { text: text.to_owned(), kind, then, seen: None };
        match step {
            Asks(_, text) | Bounces(_, text) => {
                let automatic = matches!(step, Bounces(..));
                let name = from.name.as_deref();
                let channel = Channel::Mail;
                let came = messages::Inbound { id, ticket, name, email: &from.email, text, automatic, channel };
                messages::receive(&mut tx, &came).await.map(drop)
            }
            Replies(_, text) => {
                messages::add(&mut tx, id, ticket, &write(text, said::Kind::Reply, Some(Status::Open)), &[])
                    .await
                    .map(drop)
            }
            ReplyAndWait(_, text) => {
                messages::add(&mut tx, id, ticket, &write(text, said::Kind::Reply, Some(Status::Pending)), &[])
                    .await
                    .map(drop)
            }
            Solves(_, text) => {
                messages::add(&mut tx, id, ticket, &write(text, said::Kind::Reply, Some(Status::Solved)), &[])
                    .await
                    .map(drop)
            }
            Notes(_, text) => {
                messages::add(&mut tx, id, ticket, &write(text, said::Kind::Note, None), &[]).await.map(drop)
            }
            Holds(_) => tickets::put(&mut tx, ticket, tickets::Put::Status(Status::OnHold)).await.map(drop),
            Reopens(_) => tickets::put(&mut tx, ticket, tickets::Put::Priority(Priority::Normal)).await.map(drop),
        }
        .map_err(words)?;
        // Nobody of the demo's customers is written to.
        queue::withdraw::<SendTicketReply>(&mut tx, &id.to_string()).await.map_err(words)?;
        tx.commit().await.map_err(words)?;
    }
    support::rate(db, history, agent, ticket, (story.subject, at), latest).await
}
