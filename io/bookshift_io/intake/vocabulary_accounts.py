"""The columns under which exports carry what is known of an account.

The names are those of Salesforce, HubSpot, Dynamics 365, Gainsight, Totango, ChurnZero, Planhat, Vitally,
Catalyst, Pipedrive, Zoho, SugarCRM, Zendesk, Freshworks, NetSuite, SAP, Custify and ClientSuccess, and those
that people write in German, French and Spanish sheets; `tests/io/header_rows` holds them by system.
"""

from __future__ import annotations

from typing import Final

from bookshift_io.intake.vocabulary import Field, field

_IDENTITY: Final = (
    field(
        "id",
        "id",
        "account id 18, account 18 digit id, 18 digit account id, account id 18 digit, account id long, "
        "case safe id, casesafeid, account case safe id, account id 18 characters",
        "account id, accountid, sfdc account id, sf account id, salesforce account id, crm account id, "
        "crm id, sfid, sfdc id, salesforce id, company id, customer id, client id, hs object id, "
        "company record id, account record id, account external id, "
        "customer external id, company external id, external client id, external account id, "
        "do not modify account, nicht andern firma, nicht andern konto, ne pas modifier compte, "
        "no modificar cuenta, internal id, "
        "kunden id, kundenid, id client, identifiant client, id compte, id cliente, id de cliente, "
        "identificador de cliente",
        "id, record id, record id company, gsid, guid, uuid, object id, entity id, planhat id, vitally id",
        "organization id, organisation id, org id",
        "external id, source id, external key, external reference",
        "account number, customer number, account no, account nr, customer no, account code, customer code, "
        "client number, client code, entity number, debitor, debitorennummer, "
        "kundennummer, kunden nummer, kundennr, kunden nr, kd nr, kdnr, numero client, n client, "
        "no client, code client, numero de client, numero de cliente, codigo de cliente, n cliente",
    ),
    field(
        "name",
        "text",
        "account name, company name, customer name, client name, organization name, organisation name, "
        "account full name, company display name, kundenname, firmenname, name des kunden, nom du client, "
        "nom client, nom du compte, raison sociale, nom de l entreprise, nombre del cliente, "
        "nombre de cliente, nombre cliente, nombre de la cuenta, razon social, nombre de la empresa",
        "name, account, company, customer, client, organization, organisation, kunde, firma, unternehmen, "
        "compte, entreprise, societe, cliente, cuenta, empresa, nom, nombre",
    ),
    field(
        "owner",
        "owner",
        "csm id, csm user id, csm owner id, customer success manager id, account csm id, csm external id, "
        "csm employee number, success manager id, primary csm id, cs owner id, csm employee id",
        "csm email, csm e mail, csm email address, customer success manager email, assigned csm email, "
        "success manager email, primary csm email, csm username, cs owner email, owners csm, "
        "csm federation identifier, account csm email",
        "csm, csm name, csm full name, customer success manager, customer success manager name, "
        "success manager, success manager name, customer success owner, csm owner, csm owner name, "
        "assigned csm, assigned csm name, current csm, primary csm, cs owner, cs owner name, cs manager, "
        "account csm, csm assigned, named csm, customer success lead, "
        "kundenbetreuer, kundenbetreuerin, betreuer, betreuerin, zustandiger csm, zustandiger betreuer, "
        "verantwortlicher csm, responsable csm, responsable customer success, csm responsable, "
        "csm asignado, responsable de exito del cliente, gestor de exito",
        "owner id, account owner id, ownerid, hubspot owner id, company owner id, current owner id, "
        "assigned to id, assigned user id, owner user id, owner external id, owner employee number, "
        "organization owner id",
        "owner email, account owner email, owner e mail, owner user account, owner username, "
        "owner email address, company owner email, assigned user email",
        "owner, account owner, owner name, account owner name, company owner, hubspot owner, current owner, "
        "assigned to, account owner full name, owner full name, assigned user, assigned user name, "
        "organization owner, record owner, client owner, customer owner, "
        "besitzer, accountbesitzer, inhaber, kontoinhaber, accountinhaber, datensatzbesitzer, "
        "proprietaire, proprietaire du compte, proprietario, propietario, propietario de la cuenta, "
        "propietario de cuenta",
        maybe="account manager, account manager name, account manager email, account manager id, "
        "relationship manager, client manager, client partner, key account manager, success partner, "
        "account executive, account executive name, account executive id, sales rep, sales representative, "
        "assigned sales rep, sales owner, sales manager, responsible, responsible person, "
        "person responsible, employee responsible, employee responsible id, main contact person, "
        "ansprechpartner intern, verantwortlich, verantwortlicher, zustandig, zustandiger mitarbeiter, "
        "vertriebsmitarbeiter, responsable, responsable du compte, charge de compte, "
        "gestionnaire de compte, responsable de cuenta, gestor, gestor de cuenta, ejecutivo de cuenta, "
        "csm 1, csm 2",
        firm=3,
    ),
    field(
        "parent",
        "text",
        "parent account id, parent id, parentid, parent company id, parent account external id, "
        "parent record id, ultimate parent id, ultimate parent account id, hs parent company id, "
        "parent customer id, parent organization id",
        "parent account, parent, parent company, account family, parent account name, parent name, "
        "parent company name, parent customer, parent organization, parent sales account, parent client, "
        "ultimate parent, ultimate parent account, ultimate parent name, global ultimate, group parent, "
        "konzern, konzernmutter, muttergesellschaft, mutterunternehmen, ubergeordneter account, "
        "societe mere, compte parent, maison mere, empresa matriz, cuenta principal, grupo empresarial",
    ),
)

_MONEY: Final = (
    field(
        "arr",
        "money",
        "arr, annual recurring revenue, current arr, total arr, account arr, arr amount, arr value, "
        "active arr, arr usd, arr eur, arr gbp, arr chf, annualized recurring revenue, "
        "annualised recurring revenue, contracted arr, customer arr, annual recurring revenue arr, "
        "hs annual recurring revenue, company arr, live arr, arr current, arr today, "
        "jahrlich wiederkehrender umsatz, wiederkehrender jahresumsatz, "
        "revenu annuel recurrent, revenus recurrents annuels, ingresos anuales recurrentes, "
        "ingresos recurrentes anuales",
        maybe="mrr, monthly recurring revenue, current mrr, total mrr, mrr usd, mrr eur, confirmed mrr, "
        "contracted mrr, cmrr, carr, committed arr, acv, annual contract value, annual value, "
        "annual contract amount, tcv, total contract value, total contract amount, contract value, "
        "contract amount, contracted revenue, subscription value, subscription amount, subscription revenue, "
        "recurring revenue, monthly revenue, annual revenue, annualrevenue, yearly revenue, revenue, "
        "amount, total amount, value, annual spend, spend, onetime revenue, deal value, deal amount, "
        "total revenue, account value, customer value, annual fee, subscription fee, renewal amount, "
        "renewal arr, renewal mrr, arr at renewal, arr at risk, group arr, total group arr, "
        "vertragswert, auftragswert, jahreswert, jahresumsatz, umsatz, jahresbetrag, vertragsvolumen, "
        "monatsumsatz, monatlicher umsatz, monatsbetrag, chiffre d affaires, ca, ca annuel, montant, "
        "montant annuel, montant du contrat, valeur du contrat, revenu annuel, revenu mensuel, abonnement, "
        "valor del contrato, importe, importe anual, ingresos anuales, ingresos mensuales, facturacion, "
        "facturacion anual, cuota mensual",
    ),
    field(
        "currency",
        "currency",
        "arr currency, currency iso code, account currency, currency code, currency of value, iso currency",
        "currency, primary currency, wahrung, devise, moneda, divisa",
    ),
    field(
        "expansion",
        "expansion",
        "expansion potential, expansion, growth potential, upsell potential, expansion opportunity, "
        "whitespace, white space, cross sell potential, potential, ausbaupotenzial, wachstumspotenzial, "
        "potentiel, potentiel d expansion, potencial de crecimiento, potencial de expansion",
    ),
    field(
        "expansion_amount",
        "money",
        "expansion amount, expansion arr, expansion pipeline, upsell amount, expected expansion, "
        "expansion value, upsell pipeline, open expansion arr",
    ),
)

_STATE: Final = (
    field(
        "health",
        "score",
        "health score, customer health score, account health score, overall health score, "
        "current health score, health score current, overall score, company health score, "
        "client health score, health score value, success score, successscore, current score, "
        "gesundheitswert, gesundheitsscore, score de sante, puntuacion de salud, indice de salud",
        "health, customer health, account health, overall health, scorecard score, health index, "
        "gesundheit, kundengesundheit, sante, sante client, salud, salud del cliente",
    ),
    field("health_trend", "number", "health trend, health score trend, health change, health score change"),
    field(
        "risk",
        "risk",
        "risk, churn risk, risk level, churn risk level, renewal risk, risk rating, risk status, "
        "account risk, at risk, csm risk rate, risk category, churn risk category, risk of churn, "
        "risiko, abwanderungsrisiko, kundigungsrisiko, churn risiko, risikostufe, "
        "risque, risque de churn, niveau de risque, risque d attrition, "
        "riesgo, riesgo de abandono, nivel de riesgo, riesgo de churn",
    ),
    field(
        "churn_probability",
        "probability",
        "churn probability, probability of churn, churn likelihood, churn prediction, predicted churn",
    ),
    field(
        "complexity",
        "complexity",
        "complexity, account complexity, complexity score, complexity rating, technical complexity, "
        "complexity level, komplexitat, complexite, complejidad",
    ),
    field(
        "usage",
        "score",
        "usage score, adoption score, product usage score, product adoption score, usage percent, "
        "adoption rate, usage rate, license utilization, licence utilisation, seat utilization, "
        "license usage, utilization, nutzungsgrad, taux d utilisation, tasa de uso",
        "usage, product usage, adoption, product adoption, nutzung, utilisation, adopcion, uso",
    ),
    field(
        "usage_growth", "growth", "usage growth, usage trend, usage change, growth in usage, adoption growth"
    ),
    field(
        "nps",
        "number",
        "nps, nps score, net promoter score, latest nps, last nps, latest nps score, current nps, "
        "net promoter score nps, average nps",
    ),
    field(
        "csat",
        "number",
        "csat, csat score, customer satisfaction, customer satisfaction score, latest csat, average csat, "
        "satisfaction score, kundenzufriedenheit, satisfaction client, satisfaccion del cliente",
    ),
    field(
        "open_tickets",
        "count",
        "open tickets, open cases, open support tickets, open support cases, tickets open, "
        "number of open tickets, number of open cases, num open tickets, of open tickets, of open cases, "
        "open ticket count, open case count, open tickets count, count of open tickets, open issues, "
        "offene tickets, offene anfragen, offene falle, tickets ouverts, tickets abiertos, casos abiertos",
    ),
    field(
        "engagement",
        "grade",
        "engagement, decision maker engagement, executive engagement, exec engagement, engagement level, "
        "stakeholder engagement, sponsor engagement, executive sponsor engagement",
    ),
    field(
        "escalation",
        "flag",
        "escalation, escalated, open escalation, is escalated, active escalation, open escalations, "
        "in escalation, active escalations, number of open escalations, eskalation, eskaliert, escalade, "
        "escalada, escalado, escalamiento",
    ),
    field(
        "champion_lost",
        "flag",
        "champion lost, lost champion, champion left, champion departed, champion changed, sponsor lost",
    ),
    field(
        "open_deal",
        "flag",
        "open deal, open deals, open opportunity, open opportunities, active deal, has open opportunity, "
        "open expansion deal, number of open deals, num open deals, hs num open deals, open deals count, "
        "number of open opportunities, open opportunity count, offene chancen, offene opportunitys, "
        "opportunites ouvertes, oportunidades abiertas",
    ),
    field(
        "strategic",
        "flag",
        "strategic, strategic account, is strategic, strategic flag, strategic customer, named account, "
        "key account, is key account, key client, strategisch, strategischer kunde, schlusselkunde, "
        "compte strategique, client strategique, compte cle, cuenta estrategica, cliente estrategico, "
        "cuenta clave",
    ),
    field("fresh_start", "flag", "fresh start, fresh start wanted, wants new csm, new csm requested"),
)

_DATES: Final = (
    field(
        "renewal",
        "date",
        "renewal date, next renewal date, next renewal, renewal, contract renewal date, "
        "subscription renewal date, upcoming renewal date, contract renewal, next contract renewal date, "
        "renewal due date, upcoming renewal, verlangerung, verlangerungsdatum, vertragsverlangerung, "
        "verlangert am, nachste verlangerung, renouvellement, date de renouvellement, "
        "prochain renouvellement, renovacion, fecha de renovacion, proxima renovacion",
        "contract end date, contract end, subscription end date, subscription end, term end date, "
        "term end, end of contract, current term end date, contract expiration date, "
        "contract expiry date, current contract end date, vertragsende, vertrag endet am, laufzeitende, "
        "vertrag bis, laufzeit bis, "
        "fin de contrat, date de fin de contrat, fin du contrat, echeance, date d echeance, "
        "fin de contrato, fecha fin de contrato, vencimiento, fecha de vencimiento del contrato",
        maybe="end date, expiration date, expiry date, ablaufdatum, fecha fin, date de fin",
    ),
    field(
        "owner_since",
        "date",
        "owner since, csm since, owner start date, csm start date, csm assigned date, owner assigned date, "
        "csm assignment date, current csm since, owner assigneddate, hubspot owner assigneddate, "
        "csm assigned on, betreuer seit, betreut seit, csm seit, csm depuis, csm desde",
    ),
    field(
        "last_moved",
        "date",
        "last moved, last owner change, owner changed date, last csm change, csm changed date, "
        "last reassigned, last owner change date, last csm change date, last transfer date",
    ),
    field(
        "customer_since",
        "date",
        "customer since, customer since date, customer start date, original contract date, "
        "first contract date, became a customer date, closedate first, client as of date, "
        "original contract start date, customer from, client since, "
        "kunde seit, client depuis, client depuis le, cliente desde",
        "contract start date, activation date, go live date, subscription start date, vertragsbeginn, "
        "debut de contrat, inicio de contrato",
    ),
    field(
        "onboarding_until",
        "date",
        "onboarding until, onboarding end date, onboarding end, onboarding complete date, "
        "onboarding completion date, implementation end date, onboarding bis",
    ),
)

_KIND: Final = (
    field(
        "industry",
        "text",
        "industry, vertical, industry vertical, sector, primary industry, industry type, industry sector, "
        "industry name, industry group, branche, wirtschaftszweig, secteur, secteur d activite, industrie, "
        "sector de actividad, industria",
        "sub industry, industry code, industrial sector code, industrial sector",
    ),
    field(
        "region",
        "text",
        "region, sales region, account region, territory, geo, geography, theater, theatre, "
        "territory name, sales territory, gebiet, vertriebsgebiet, vertriebsregion, territoire, "
        "zona, territorio",
    ),
    field(
        "segment",
        "text",
        "segment, customer segment, account segment, market segment, segmentation, customer segmentation, "
        "company segment, client segment, kundensegment, segment client, segmento, segmento de cliente",
        "tier, customer tier, account tier, client tier, abc classification, abc class, "
        "customer abc classification, abc klassifizierung, abc kunde",
    ),
    field(
        "language",
        "text",
        "language, preferred language, account language, primary language, communication language, "
        "sprache, korrespondenzsprache, langue, idioma",
    ),
    field(
        "location",
        "text",
        "location, account location, city, billing city, headquarters, hq location, address1 city, "
        "address 1 city, headquarter city, mailing city, primary city, billing address city, stadt, ort, "
        "standort, ville, ciudad, localidad",
        "shipping city, address city",
        "country, billing country, country region, shipping country, address1 country, "
        "address 1 country region, billing address country, billing country region, land, pays, pais",
    ),
    field(
        "timezone",
        "timezone",
        "timezone, time zone, tz, utc offset, account timezone, account time zone, zeitzone, "
        "fuseau horaire, zona horaria, huso horario",
    ),
    field(
        "required_skills",
        "list",
        "required skills, skills required, required skill, skills needed, needed skills",
    ),
    field(
        "touch",
        "touch",
        "touch level, touch, touch model, ax, ax level, service level, coverage model, engagement model, "
        "cs tier, success tier, touch tier, service tier, customer success tier, appropriate experience, "
        "cs touch model, cs coverage, cs engagement model, csm coverage model, "
        "betreuungsstufe, betreuungsmodell, betreuungsart, servicestufe, modele de couverture, "
        "niveau de service, modelo de atencion, nivel de servicio",
    ),
)

ACCOUNT_FIELDS: Final[tuple[Field, ...]] = (*_IDENTITY, *_MONEY, *_STATE, *_DATES, *_KIND)
