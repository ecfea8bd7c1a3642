//! Tickets of a file: with what was asked and answered, whom they are found by, and the real one of eight thousand.

use super::*;

const FILE: &str = "Ticket ID,Customer Name,Customer Email,Product Purchased,Ticket Type,Ticket Subject,Ticket Description,Ticket Status,Resolution,\
Ticket Priority,First Response Time,Time to Resolution,Customer Satisfaction Rating,Customer Age,Company\n\
1,Ada Byron,ada@lamps.example,Nord,Technical issue,It hums,My {product_purchased} hums.,Pending Customer Response,,Critical,2025-06-01 12:15:36,,,32,\n\
2,Bea Cole,bea@shop.example,Nord,Billing inquiry,A bill,Which one?,Closed,The second one.,Medium,2025-06-02 10:00:00,2025-06-01 09:00:00,4.0,40,Lamps Ltd\n\
3,Cy Dee,nobody,Nord,Refund request,Money,Back,Open,,Low,,,,50,\n\
4,Eve Fox,eve@x.example,Nord,Refund request,Money,Back,Open,,Low,,,,50,Nowhere Ltd\n";

#[tokio::test]
async fn tickets_come_in_with_what_was_said_and_go_again() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.customer(&[("name", "Lamps Ltd")]).await;
    let fields =
        [("first_name", "Ada"), ("last_name", "Byron"), ("email", "ada@lamps.example"), ("customer", "Lamps Ltd")];
    company.contact(&fields).await;
    let mut owner = company.owner().await;
    let page = owner.get(&company.at("/support/tickets")).await;
    assert!(page.link("Import").or_else(|| page.link("Import a file")).is_some(), "{page}");
    let page = bring(&company, &mut owner, "support/tickets", "tickets.csv", FILE).await;
    assert_eq!(verdict(&page), "4 rows: 3 new, 1 wrong. 1 warning.", "{page}");
    assert!(page.says("No customer is called Nowhere Ltd. The row goes in without one."), "{page}");
    let page = go(&company, &mut owner, "Import 3 rows, leave out 1").await;
    let undo = page.link("Undo this import").expect("a way back");
    let row = async |sql: &str| company.read::<String>(sql).await;
    let ticket = "select concat_ws('|', t.number, t.priority, t.status, t.kind, t.requester_name, c.name, k.name, to_char(t.answered_at at time zone 'UTC', 'MM-DD HH24:MI'))
                  from tickets t left join contacts c on c.id = t.contact_id left join customers k on k.id = t.customer_id where t.reference = ";
    assert_eq!(
        row(&format!("{ticket}'1'")).await,
        "SUP-1001|urgent|pending|problem|Ada Byron|Ada Byron|Lamps Ltd|06-01 12:15"
    );
    assert_eq!(row(&format!("{ticket}'2'")).await, "SUP-1002|normal|closed|question|Bea Cole|Lamps Ltd|06-01 09:00");
    let id = company.read::<uuid::Uuid>("select id from tickets where reference = '2'").await;
    let page = owner.get(&company.at(&format!("/support/tickets/{id}"))).await;
    for words in ["Which one?", "The second one.", "Bea Cole", "4 of 5"] {
        assert!(page.says(words), "{words}: {page}");
    }
    let id = company.read::<uuid::Uuid>("select id from tickets where reference = '1'").await;
    let page = owner.get(&company.at(&format!("/support/tickets/{id}"))).await;
    assert!(page.says("My Nord hums."), "{page}");
    // The same file again finds them; a ticket that comes in goes on behind them.
    let page = bring(&company, &mut owner, "support/tickets", "tickets.csv", FILE).await;
    assert_eq!(verdict(&page), "4 rows: 3 unchanged, 1 wrong. 1 warning.", "{page}");
    let more = company.ticket(&[]).await;
    assert_eq!(company.ticket_now(more).await.number, "SUP-1004");
    // What somebody has worked on since stays.
    owner.get(&company.at(&format!("/support/tickets/{id}"))).await;
    let form = owner.form("Send, then wait for them").set("text", "Which lamp is it?");
    owner.send(form).await;
    app.run_jobs().await;
    owner.get(&undo).await;
    owner.press(&undo).await;
    app.run_jobs().await;
    assert_eq!(company.read::<i64>("select count(*) from tickets").await, 2);
}

#[tokio::test]
async fn eight_thousand_real_tickets_come_in_and_go_again() {
    let Some(file) = real("tickets/customer_support_tickets.csv") else { return };
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let began = std::time::Instant::now();
    let page = bring(&company, &mut owner, "support/tickets", "tickets.csv", file).await;
    assert_eq!(verdict(&page), "8,469 rows: 8,469 new.", "{page}");
    let looked = began.elapsed();
    let page = go(&company, &mut owner, "Import 8,469 rows").await;
    eprintln!("8,469 tickets: the preview {looked:?}, with the import {:?}", began.elapsed());
    let undo = page.link("Undo this import").expect("a way back");
    let count = async |sql: &str| company.read::<i64>(&format!("select count(*) from {sql}")).await;
    for (what, many) in [
        ("tickets where status = 'pending'", 2_881),
        ("tickets where status = 'closed' and solved_at is not null", 2_769),
        ("tickets where priority = 'urgent'", 2_129),
        ("tickets where kind = 'problem'", 1_747),
        ("ticket_messages where inbound", 8_469),
        ("ticket_messages where not inbound", 2_769),
        ("ticket_messages where body like '%{product_purchased}%'", 0),
        ("ticket_ratings where score = 5", 544),
    ] {
        assert_eq!(count(what).await, many, "{what}");
    }
    owner.get(&undo).await;
    owner.press(&undo).await;
    app.run_jobs().await;
    assert_eq!(count("tickets").await, 0);
}
