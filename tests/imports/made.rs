//! Files as companies have them, made up: the shape of real ones that are not ours to publish.

const PEOPLE: usize = 10_000;
/// So many of them have left.
const LEFT: usize = 1_936;
/// The first one's number.
const FIRST: usize = 20_001;
const DEPARTMENTS: [&str; 9] = [
    "Assembly",
    "Bookkeeping",
    "Customer Care",
    "Design",
    "Glass Works",
    "Laboratory",
    "People",
    "Purchasing",
    "Sales",
];
const GIVEN: [&str; 11] =
    ["Ada", "Björn", "Chloé", "Dilek", "Edith", "Łucja", "Mei", "Noor", "Søren", "Tomás", "Ye-jin"];
const BEGINNINGS: [&str; 20] = [
    "Alder", "Birn", "Corv", "Dunn", "Elst", "Fjord", "Grøn", "Hask", "Ilm", "Jor", "Kell", "Lind", "Mark", "Nyst",
    "Ost", "Pell", "Quil", "Rav", "Sör", "Thal",
];
const ENDINGS: [&str; 20] = [
    "aby", "berg", "cott", "dahl", "eby", "feld", "gaard", "hoff", "ing", "jak", "kin", "ley", "mann", "nik", "oja",
    "pach", "quist", "rud", "strand", "tvedt",
];

/// One of four hundred.
fn surname(n: usize) -> String {
    format!("{}{}", BEGINNINGS[n / 20 % 20], ENDINGS[n % 20])
}

/// A day of a year and month that all have.
fn day(year: usize, n: usize) -> String {
    format!("{}-{:02}-{:02}", year + n / 336, n / 28 % 12 + 1, n % 28 + 1)
}

/// The number of who leads a department; some of those whom they lead stand above them.
fn head(department: usize) -> usize {
    FIRST + 540 + 1_081 * department
}

/// Ten thousand employees. The two who lead all others are each other's managers.
pub fn staff() -> String {
    let mut csv = String::from(
        "employee_number,first_name,last_name,birth_date,gender,hire_date,leave_date,department,job_title,annual_salary,manager_number\n",
    );
    let leads = |number: usize| (0..DEPARTMENTS.len()).find(|d| head(*d) == number);
    for i in 0..PEOPLE {
        let (number, department) = (FIRST + i, i % DEPARTMENTS.len());
        let manager = match leads(number) {
            None => head(department),
            Some(0) => head(1),
            Some(_) => head(0),
        };
        let hired = i * 37 % 5_000;
        // So many of every ten thousand, evenly.
        let left = (i + 1) * LEFT / PEOPLE > i * LEFT / PEOPLE;
        let row = [
            number.to_string(),
            GIVEN[i % GIVEN.len()].into(),
            surname(i * 7 % 400),
            day(1955, hired),
            ["F", "M"][i % 2].into(),
            day(1985, hired),
            if left { day(1991, hired) } else { String::new() },
            DEPARTMENTS[department].into(),
            ["Engineer", "Senior Engineer", "Staff", "Senior Staff", "Assistant"][i % 5].into(),
            (40_000 + i * 13 % 60_000).to_string(),
            manager.to_string(),
        ];
        csv.push_str(&row.join(","));
        csv.push('\n');
    }
    csv
}

/// 85 customers, 15 of them with a parent, above them in the file or below. Revenue is in millions.
pub fn accounts() -> String {
    let mut csv = String::from("account,sector,year_established,revenue,employees,office_location,subsidiary_of\n");
    let name = |i: usize| format!("{} {}", surname(i * 4), ["Foundry", "Lamps & Söhne", "Trading"][i % 3]);
    for i in 0..85 {
        let parent = if i % 6 == 0 { name((i + 40) % 84 / 6 * 6 + 1) } else { String::new() };
        let row = [
            name(i),
            ["medical", "retail", "software", "telecom"][i % 4].into(),
            (1975 + i % 40).to_string(),
            format!("{}.{:02}", 812 + 31 * i, (35 + i) % 100),
            (120 + 97 * i).to_string(),
            ["United States", "Germany", "Kenya", "Japan", "Brazil"][i % 5].into(),
            parent,
        ];
        csv.push_str(&row.join(","));
        csv.push('\n');
    }
    csv
}
