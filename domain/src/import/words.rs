//! What fields are called in other languages than the product's: German, French, Spanish, Dutch, in this order.

/// Headers in normal form that say that a file has addresses, in part.
pub(super) const STREETS: [&str; 8] =
    ["street", "straße", "strasse", "postcode", "zipcode", "postleitzahl", "plz", "rue"];

/// What a town is called there.
pub(super) const TOWNS: [&str; 6] = ["city", "town", "ort", "stadt", "wohnort", "ville"];

/// Field key, and headers in normal form. A word may stand for several fields: each noun has one of them.
const WORDS: &[(&str, &str)] = &[
    ("number", "nummer personalnummer personalnr mitarbeiternummer matricule númerodeempleado personeelsnummer"),
    ("first_name", "vorname rufname prénom prenom nombre voornaam"),
    ("last_name", "nachname familienname nom nomdefamille apellido apellidos achternaam"),
    ("email", "emailadresse courriel adresseemail correo correoelectrónico correoelectronico emailadres"),
    ("phone", "telefon telefonnummer handy mobil téléphone teléfono telefono telefoon telefoonnummer"),
    ("department", "abteilung bereich département service departamento afdeling"),
    ("location", "standort ort arbeitsort stadt lieu ville ubicación sede locatie vestiging"),
    ("job_title", "stelle stellenbezeichnung berufsbezeichnung funktion poste puesto cargo functie"),
    ("manager", "vorgesetzter vorgesetzte führungskraft responsable supérieur jefe leidinggevende"),
    ("employment_type", "beschäftigungsart vertragsart typedecontrat tipodecontrato"),
    ("fte", "beschäftigungsgrad pensum stellenumfang tauxdactivité jornada deeltijdfactor"),
    (
        "start_date",
        "eintritt eintrittsdatum einstellungsdatum datedembauche datedentrée fechadeingreso fechadealta indienst datumindienst",
    ),
    ("end_date", "austritt austrittsdatum datedesortie datededépart fechadebaja uitdienst datumuitdienst"),
    ("birth_date", "geburtsdatum geburtstag datedenaissance fechadenacimiento geboortedatum"),
    ("street", "straße strasse straßehausnummer adresse anschrift rue calle straat"),
    ("postal_code", "plz postleitzahl codepostal códigopostal codigopostal"),
    ("region", "bundesland région provincia provincie"),
    ("nationality", "staatsangehörigkeit nationalität nationalité nacionalidad nationaliteit"),
    ("private_email", "privateemail emailprivat emailpersonnel"),
    ("private_phone", "telefonprivat privattelefon téléphonepersonnel"),
    ("probation_end", "probezeitende endederprobezeit probezeitbis findepérioddessai"),
    ("contact_1_name", "notfallkontakt contactdurgence contactodeemergencia"),
    ("contact_1_phone", "notfalltelefon notfallnummer"),
    ("account_holder", "kontoinhaber titulaireducompte titular rekeninghouder"),
    ("salary", "gehalt jahresgehalt bruttogehalt salaire salario sueldo salaris"),
    (
        "name",
        "firma firmenname unternehmen kunde kundenname entreprise société client nom empresa cliente nombre bedrijf bedrijfsnaam klant naam",
    ),
    ("domain", "webseite internetseite siteweb sitioweb"),
    ("industry", "branche wirtschaftszweig secteur industria"),
    (
        "size",
        "mitarbeiter mitarbeiterzahl anzahlmitarbeiter beschäftigte effectif effectifs empleados medewerkers werknemers",
    ),
    ("country", "land pays país pais"),
    ("city", "stadt ort standort ville ciudad plaats stad"),
    ("owner", "kundenbetreuer betreuer responsable propietario"),
    ("parent", "muttergesellschaft konzern sociétémère empresamatriz moederbedrijf"),
    ("status", "statut estado"),
    ("revenue", "umsatz jahresumsatz chiffredaffaires ingresos facturación omzet"),
];

/// Whether a header in normal form is a word for this field.
pub fn known(field: &str, header: &str) -> bool {
    WORDS.iter().any(|(key, words)| *key == field && words.split(' ').any(|w| w == header))
}
