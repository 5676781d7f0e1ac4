"""The columns under which exports carry what is known of a customer success manager."""

from __future__ import annotations

from typing import Final

from bookshift_io.intake.vocabulary import Field, field

CSM_FIELDS: Final[tuple[Field, ...]] = (
    field(
        "id",
        "id",
        "csm id, user id, owner id, employee id, hubspot owner id, csm user id, customer success manager id, "
        "employee number, staff id, personnel number, personalnummer, personal nr, mitarbeiternummer, "
        "mitarbeiter id, matricule, numero d employe, numero de empleado, id de empleado, id empleado, "
        "do not modify user, worker id, team member id, user id 18",
        "id, record id, gsid, internal id, guid, uuid",
        "external id",
    ),
    field(
        "name",
        "text",
        "csm name, full name, user name, customer success manager, customer success manager name, "
        "display name, user full name, employee full name, vollstandiger name, nom complet, "
        "nombre completo, nombre y apellidos",
        "name, csm, owner name, user, employee name, employee, owner, team member, worker, success manager, "
        "kundenbetreuer, betreuer, betreuerin, mitarbeiter, mitarbeiterin, "
        "collaborateur, salarie, empleado, gestor",
    ),
    field(
        "email",
        "text",
        "email, e mail, email address, csm email, user email, work email, owner email, mail, primary email, "
        "business email, e mail adresse, mailadresse, primary email address, csm email address, "
        "adresse e mail, adresse email, courriel, correo electronico, correo, email profesional",
        "username, upn, user principal name",
    ),
    field(
        "region",
        "text",
        "region, territory, geo, geography, csm region, theater, theatre, sales region, gebiet, territoire, "
        "zona, territorio",
    ),
    field(
        "location",
        "text",
        "location, city, office, csm location, office location, work location, standort, stadt, ort, "
        "buro, dienstort, bureau, ville, lieu de travail, oficina, ciudad",
        "country, land, pays, pais",
    ),
    field(
        "timezone",
        "timezone",
        "timezone, time zone, tz, utc offset, time zone sid key, zeitzone, fuseau horaire, zona horaria, "
        "huso horario",
    ),
    field(
        "languages",
        "languages",
        "languages, spoken languages, languages spoken, language skills, sprachen, sprachkenntnisse, "
        "langues, langues parlees, idiomas",
        "language, sprache, langue, idioma",
    ),
    field(
        "industries",
        "list",
        "industries, industry, industry expertise, verticals, industry experience, vertical, "
        "industry focus, branchen, branche, branchenerfahrung, secteurs, sectores",
    ),
    field(
        "skills",
        "list",
        "skills, skill, expertise, product skills, certifications, skill set, kenntnisse, fahigkeiten, "
        "competences, competencias, habilidades",
        "products",
    ),
    field(
        "touch_levels",
        "touches",
        "touch levels, touch level, touch levels served, touch, touch models, coverage, service levels, "
        "ax levels, coverage model, touch model, betreuungsstufen",
    ),
    field(
        "fte",
        "fte",
        "fte, full time equivalent, workload percent, employment rate, fte share, fte percentage, "
        "beschaftigungsgrad, stellenanteil, pensum, arbeitszeitanteil, etp, quotite, "
        "equivalent temps plein, taux d activite, jornada, porcentaje de jornada, dedicacion, "
        "stellenprozent, stellenumfang, beschaftigungsumfang, beschaftigungsquote, arbeitszeitquote, "
        "teilzeitquote",
        "stelle, stellen, quote, teilzeit",
    ),
    field(
        "hours",
        "number",
        "productive hours, hours per month, monthly hours, capacity hours, productive hours per month, "
        "monatsstunden, heures par mois, horas al mes",
        "hours",
    ),
    field(
        "start",
        "date",
        "start date, hire date, start, first day, joined, date of hire, employment start date, joining date, "
        "original hire date, date joined, eintrittsdatum, eintritt, eingestellt am, date d embauche, "
        "date d entree, fecha de alta, fecha de ingreso, fecha de contratacion",
    ),
    field(
        "leave",
        "leave",
        "leave, leave dates, absence, absences, planned leave, leave periods, out of office, vacation, pto, "
        "abwesenheit, abwesenheiten, urlaub, conges, ausencias, vacaciones",
    ),
    field(
        "max_accounts",
        "count",
        "max accounts, maximum accounts, account limit, account cap, account capacity, "
        "maximum number of accounts, max number of accounts, max kunden, maximale kundenzahl, "
        "comptes max, max cuentas, cuentas maximas",
    ),
    field("min_arr", "money", "min arr, minimum arr, arr minimum, arr floor"),
    field("max_arr", "money", "max arr, maximum arr, arr maximum, arr limit, arr cap, arr capacity"),
    field(
        "level",
        "level",
        "level, seniority, seniority level, csm level, career level, experience level, job level, "
        "senioritat, karrierestufe, niveau, anciennete, nivel",
    ),
    field("renewals_handled", "count", "renewals handled, renewals, renewals total, renewal count"),
    field("renewals_won", "count", "renewals won, won renewals, renewals closed won, successful renewals"),
    field(
        "expansion_influenced",
        "money",
        "expansion influenced, influenced expansion, expansion arr influenced, expansion won",
    ),
)
