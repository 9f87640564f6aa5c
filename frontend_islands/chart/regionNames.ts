/** States, provinces and territories by the codes that they have within their country. */
export const NAMES: Record<string, Record<string, string>> = {
  CAN: {
    AB: 'Alberta', BC: 'British Columbia', MB: 'Manitoba', NB: 'New Brunswick', NL: 'Newfoundland and Labrador', NS: 'Nova Scotia',
    NT: 'Northwest Territories', NU: 'Nunavut', ON: 'Ontario', PE: 'Prince Edward Island', QC: 'Quebec', SK: 'Saskatchewan', YT: 'Yukon',
  },
  USA: {
    AK: 'Alaska', AL: 'Alabama', AR: 'Arkansas', AZ: 'Arizona', CA: 'California', CO: 'Colorado', CT: 'Connecticut',
    DC: 'District of Columbia', DE: 'Delaware', FL: 'Florida', GA: 'Georgia', HI: 'Hawaii', IA: 'Iowa', ID: 'Idaho', IL: 'Illinois',
    IN: 'Indiana', KS: 'Kansas', KY: 'Kentucky', LA: 'Louisiana', MA: 'Massachusetts', MD: 'Maryland', ME: 'Maine', MI: 'Michigan',
    MN: 'Minnesota', MO: 'Missouri', MS: 'Mississippi', MT: 'Montana', NC: 'North Carolina', ND: 'North Dakota', NE: 'Nebraska',
    NH: 'New Hampshire', NJ: 'New Jersey', NM: 'New Mexico', NV: 'Nevada', NY: 'New York', OH: 'Ohio', OK: 'Oklahoma', OR: 'Oregon',
    PA: 'Pennsylvania', RI: 'Rhode Island', SC: 'South Carolina', SD: 'South Dakota', TN: 'Tennessee', TX: 'Texas', UT: 'Utah',
    VA: 'Virginia', VT: 'Vermont', WA: 'Washington', WI: 'Wisconsin', WV: 'West Virginia', WY: 'Wyoming',
  },
  AUS: {
    CT: 'Australian Capital Territory', JB: 'Jervis Bay Territory', NS: 'New South Wales', NT: 'Northern Territory', QL: 'Queensland',
    SA: 'South Australia', TS: 'Tasmania', VI: 'Victoria', WA: 'Western Australia',
  },
  BRA: {
    AC: 'Acre', AL: 'Alagoas', AM: 'Amazonas', AP: 'Amapá', BA: 'Bahia', CE: 'Ceará', DF: 'Distrito Federal', ES: 'Espírito Santo',
    GO: 'Goiás', MA: 'Maranhão', MG: 'Minas Gerais', MS: 'Mato Grosso do Sul', MT: 'Mato Grosso', PA: 'Pará', PB: 'Paraíba',
    PE: 'Pernambuco', PI: 'Piauí', PR: 'Paraná', RJ: 'Rio de Janeiro', RN: 'Rio Grande do Norte', RO: 'Rondônia', RR: 'Roraima',
    RS: 'Rio Grande do Sul', SC: 'Santa Catarina', SE: 'Sergipe', SP: 'São Paulo', TO: 'Tocantins',
  },
}

/** Countries by their two letters, which stand before a code: CA-ON. */
const COUNTRIES: Record<string, string> = { CAN: 'CA', USA: 'US', AUS: 'AU', BRA: 'BR' }
/** What else people call them. */
const OTHERWISE: Record<string, Record<string, string>> = {
  CAN: { Newfoundland: 'NL', PEI: 'PE', 'Yukon Territory': 'YT', Québec: 'QC' },
  USA: { 'Washington DC': 'DC', 'Washington, D.C.': 'DC' },
  AUS: { ACT: 'CT', NSW: 'NS', QLD: 'QL', TAS: 'TS', VIC: 'VI' },
  BRA: { Brasília: 'DF' },
}

/** The name of a region of these countries by whatever a person may call it: Ontario, ON, CA-ON. */
export function naming(countries: string[]): (called: string) => string | undefined {
  const names = new Map<string, string>()
  for (const country of countries) {
    const own = NAMES[country] ?? {}
    for (const [code, name] of Object.entries(own)) {
      for (const called of [code, name, `${COUNTRIES[country]}-${code}`]) names.set(plain(called), name)
    }
    for (const [called, code] of Object.entries(OTHERWISE[country] ?? {})) {
      names.set(plain(called), own[code] as string)
      names.set(plain(`${COUNTRIES[country]}-${called}`), own[code] as string)
    }
  }
  return (called) => names.get(plain(called))
}

/** Letters and digits alone, without accents, in lower case. */
export function plain(text: string): string {
  return text.normalize('NFD').replace(/[^\p{L}\p{N}]/gu, '').toLowerCase()
}
