//! Headers, mappings and cells, as files have them.

use super::*;
use crate::{crm::customers, hr::employees};

fn mapped(headers: &str, fields: &[Field]) -> Vec<&'static str> {
    let headers: Vec<String> = headers.split(',').map(str::to_owned).collect();
    map_columns(&headers, fields).into_iter().map(|f| f.unwrap_or("-")).collect()
}

#[test]
fn columns_of_other_systems_are_known() {
    assert_eq!(
        mapped(
            "employee_number,first_name,last_name,birth_date,gender,hire_date,leave_date,department,job_title,annual_salary,manager_number",
            employees::FIELDS
        ),
        [
            "number",
            "first_name",
            "last_name",
            "birth_date",
            "-",
            "start_date",
            "end_date",
            "department",
            "job_title",
            "salary",
            "manager"
        ]
    );
    assert_eq!(
        mapped("account,sector,year_established,revenue,employees,office_location,subsidiary_of", customers::FIELDS),
        ["name", "industry", "-", "revenue", "size", "country", "parent"]
    );
    assert_eq!(
        mapped("Firstname,Nick,Departement,E-Mail", employees::FIELDS),
        ["first_name", "-", "department", "email"]
    );
}

#[test]
fn columns_in_other_languages_are_known() {
    let keys = |fields: &[Field]| fields.iter().map(|f| f.key).collect::<Vec<_>>();
    for headers in [
        "Personalnummer,Vorname,Nachname,E-Mail,Telefon,Abteilung,Standort,Stelle,Vorgesetzter,Vertragsart,Pensum,Eintritt,Austritt,Geburtsdatum,Gehalt",
        "Personal-Nr.,Rufname,Familienname,E-Mail-Adresse,Handy,Bereich,Ort,Position,Führungskraft,Beschäftigungsart,Beschäftigungsgrad,Eintrittsdatum,Austrittsdatum,Geburtstag,Jahresgehalt",
        "Matricule,Prénom,Nom,Courriel,Téléphone,Service,Lieu,Poste,Responsable,Type de contrat,Taux d'activité,Date d'embauche,Date de sortie,Date de naissance,Salaire",
        "Número de empleado,Nombre,Apellidos,Correo electrónico,Teléfono,Departamento,Sede,Puesto,Jefe,Tipo de contrato,Jornada,Fecha de ingreso,Fecha de baja,Fecha de nacimiento,Salario",
        "Personeelsnummer,Voornaam,Achternaam,E-mailadres,Telefoon,Afdeling,Locatie,Functie,Leidinggevende,Contract type,Deeltijdfactor,In dienst,Uit dienst,Geboortedatum,Salaris",
    ] {
        assert_eq!(mapped(headers, employees::FIELDS), keys(employees::FIELDS), "{headers}");
    }
    for headers in [
        "Firma,Webseite,Branche,Mitarbeiter,Land,Stadt,Kundenbetreuer,Muttergesellschaft,Status,E-Mail,Telefon,Umsatz",
        "Entreprise,Site web,Secteur,Effectif,Pays,Ville,Responsable,Société mère,Statut,Courriel,Téléphone,Chiffre d'affaires",
        "Empresa,Sitio web,Sector,Empleados,País,Ciudad,Responsable,Empresa matriz,Estado,Correo,Teléfono,Facturación",
        "Bedrijf,Website,Sector,Medewerkers,Land,Plaats,Account manager,Moederbedrijf,Status,E-mail,Telefoon,Omzet",
    ] {
        // What is thought of a customer, other systems do not say in these words.
        let mut all = keys(customers::FIELDS);
        all.retain(|key| !["lifecycle", "health", "health_because"].contains(key));
        assert_eq!(mapped(headers, customers::FIELDS), all, "{headers}");
    }
}

#[test]
fn a_field_is_given_once() {
    assert_eq!(mapped("Email,email", employees::FIELDS), ["email", "-"]);
}

#[test]
fn a_header_is_told_from_data() {
    let row = |cells: &str| cells.split(',').map(str::to_owned).collect::<Vec<_>>();
    for (cells, header) in [
        ("employee_number,first_name", true),
        ("Nick,Shoe size", true),
        ("10001,Georgi,Facello,1953-09-02,M", false),
        ("1,2,3", false),
        (",,", false),
        ("Ada,Lovelace,ada@acme.com", false),
    ] {
        assert_eq!(is_header(&row(cells), Target::Employees), header, "{cells}");
    }
}

#[test]
fn a_field_is_chosen_once_and_only_if_it_is_open() {
    let chosen = |c: &[&str], sight| Mapping::chosen(c, Amounts::Units, Target::Employees, vec![], sight);
    assert!(chosen(&["number", "", "salary"], Sight::ALL).is_ok());
    assert!(chosen(&["number", "", "salary"], Sight::DIRECTORY).is_err());
    assert!(chosen(&["email", "email"], Sight::ALL).is_err_and(|e| e.of("email").is_some()));
    assert!(chosen(&["nothing"], Sight::ALL).is_err());
    let headers = ["Email".to_owned(), "Salary".into(), "e-mail".into()];
    assert_eq!(Mapping::guess(&headers, Target::Employees, Sight::DIRECTORY).columns(), [Some("email"), None, None]);
    assert_eq!(twins(&headers), ["e-mail"]);
}

#[test]
fn a_formula_is_text_in_a_file() {
    for (cell, safe) in [
        ("=cmd()", "'=cmd()"),
        ("@x", "'@x"),
        ("-5.20", "-5.20"),
        ("+49 30 123", "+49 30 123"),
        ("-x", "'-x"),
        ("a=b", "a=b"),
    ] {
        assert_eq!(safe_cell(cell), safe);
    }
}
