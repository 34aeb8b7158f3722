using System.Collections.Frozen;

namespace Broadsheet.Query.Language;

/// <summary>Well-known places that are no countries: parts of the world, states and provinces, large cities.</summary>
internal static class Gazetteer
{
    private const string Names =
        "North America;South America;Latin America;Central America;Middle East;Far East;Near East;Eastern Europe;Western Europe;Central Europe;Southeast Asia;East Asia;Central Asia;North Africa;West Africa;East Africa;Europe;Asia;Africa;Arctic;Antarctic;Antarctica;Oceania;"
        + "Atlantic;Pacific;Mediterranean;Baltic;Balkans;Caribbean;Scandinavia;Siberia;Crimea;Caucasus;Sahara;Alps;Himalayas;Andes;Pyrenees;Rockies;Holland;Iberia;Anatolia;Mesopotamia;Kurdistan;Chechnya;Kosovo;Gaza;West Bank;Golan Heights;Donbas;Donetsk;Luhansk;"
        + "London;Paris;Berlin;Rome;Madrid;Moscow;Kiev;Kyiv;Warsaw;Prague;Vienna;Budapest;Bucharest;Sofia;Belgrade;Zagreb;Sarajevo;Brussels;Antwerp;Amsterdam;Rotterdam;The Hague;Copenhagen;Oslo;Bergen;Stockholm;Gothenburg;Helsinki;Dublin;Cork;Edinburgh;Glasgow;Aberdeen;Manchester;"
        + "Liverpool;Birmingham;Bristol;Belfast;Cardiff;Swansea;Southampton;Portsmouth;Plymouth;Oxford;Cambridge;Leeds;Sheffield;Newcastle;Nottingham;Leicester;Coventry;York;Lisbon;Porto;Athens;Istanbul;Constantinople;Ankara;Cairo;Alexandria;Jerusalem;Tel Aviv;Haifa;Baghdad;Basra;Mosul;"
        + "Tehran;Damascus;Aleppo;Beirut;Amman;Riyadh;Mecca;Medina;Dubai;Abu Dhabi;Doha;Kuwait City;Delhi;New Delhi;Mumbai;Bombay;Calcutta;Kolkata;Chennai;Madras;Bangalore;Hyderabad;Dhaka;Karachi;Lahore;Islamabad;Kabul;Kandahar;Kathmandu;Colombo;Beijing;Peking;Shanghai;Nanjing;Guangzhou;"
        + "Shenzhen;Wuhan;Tianjin;Hong Kong;Macau;Taipei;Tokyo;Osaka;Kyoto;Yokohama;Nagoya;Hiroshima;Nagasaki;Okinawa;Seoul;Busan;Pyongyang;Hanoi;Saigon;Ho Chi Minh City;Bangkok;Manila;Jakarta;Bali;Java;Sumatra;Borneo;Kuala Lumpur;Sydney;Melbourne;Brisbane;Perth;Adelaide;Canberra;Hobart;"
        + "Tasmania;Queensland;New South Wales;Wellington;Auckland;Christchurch;Toronto;Montreal;Ottawa;Vancouver;Calgary;Edmonton;Winnipeg;Quebec;Quebec City;Ontario;Alberta;Manitoba;Saskatchewan;British Columbia;Halifax;Nova Scotia;New Brunswick;Newfoundland;Labrador;Yukon;"
        + "New York;New York City;Washington;Washington D.C.;Washington DC;D.C.;Boston;Chicago;Los Angeles;San Francisco;San Diego;San Jose;San Antonio;Philadelphia;Houston;Dallas;Austin;Detroit;Atlanta;Miami;Tampa;Orlando;Seattle;Denver;Baltimore;Cleveland;Cincinnati;Columbus;Indianapolis;Milwaukee;"
        + "Nashville;Memphis;Louisville;Charlotte;Raleigh;Richmond;Norfolk;Pittsburgh;Buffalo;Rochester;Albany;Hartford;Providence;St. Louis;Saint Louis;Kansas City;New Orleans;Las Vegas;Phoenix;Tucson;Albuquerque;Salt Lake City;Sacramento;Oakland;Portland;Minneapolis;Saint Paul;Omaha;Des Moines;"
        + "Honolulu;Anchorage;Manhattan;Brooklyn;Queens;Bronx;Harlem;Hollywood;Silicon Valley;Palo Alto;Cupertino;Santa Monica;Long Beach;Pasadena;Wall Street;Capitol Hill;Broadway;"
        + "Alabama;Alaska;Arizona;Arkansas;California;Colorado;Connecticut;Delaware;Florida;Hawaii;Idaho;Illinois;Indiana;Iowa;Kansas;Kentucky;Louisiana;Maine;Maryland;Massachusetts;Michigan;Minnesota;Mississippi;Missouri;Montana;Nebraska;Nevada;New Hampshire;New Jersey;New Mexico;North Carolina;"
        + "North Dakota;Ohio;Oklahoma;Oregon;Pennsylvania;Rhode Island;South Carolina;South Dakota;Tennessee;Texas;Utah;Vermont;Virginia;West Virginia;Wisconsin;Wyoming;New England;Midwest;Puerto Rico;Guam;Guantanamo;Bermuda;Mexico City;Tijuana;Havana;Rio de Janeiro;São Paulo;Sao Paulo;Brasilia;"
        + "Buenos Aires;Santiago;Lima;Bogotá;Bogota;Caracas;Quito;La Paz;Montevideo;Cape Town;Johannesburg;Pretoria;Durban;Nairobi;Lagos;Abuja;Accra;Addis Ababa;Khartoum;Mogadishu;Kinshasa;Kampala;Harare;Tripoli;Benghazi;Tunis;Algiers;Casablanca;Dakar;Darfur;Hamburg;Munich;Frankfurt;Cologne;"
        + "Stuttgart;Dortmund;Düsseldorf;Bremen;Hanover;Dresden;Leipzig;Nuremberg;Geneva;Zurich;Basel;Bern;Milan;Venice;Florence;Naples;Turin;Genoa;Bologna;Sicily;Sardinia;Corsica;Crete;Barcelona;Valencia;Seville;Catalonia;Bilbao;Marseille;Lyon;Nice;Bordeaux;Toulouse;Strasbourg;Normandy;Brittany;"
        + "Alsace;Lorraine;Burgundy;Provence;Bavaria;Saxony;Silesia;Bohemia;Moravia;Galicia;Transylvania;Pomerania;Leningrad;St. Petersburg;St Petersburg;Saint Petersburg;Petrograd;Stalingrad;Vladivostok;Minsk;Vilnius;Riga;Tallinn;Kharkiv;Odessa;Sevastopol;Mariupol;Tbilisi;Yerevan;Baku;Tashkent;Almaty;"
        + "Tibet;Manchuria;Mongolia;Kashmir;Punjab;Bengal;Gujarat;Bihar;Rajasthan;Tamil Nadu;Kerala;Assam;Yorkshire;Lancashire;Cornwall;Kent;Essex;Sussex;Surrey;Devon;Dorset;Somerset;Norfolk;Suffolk;Cheshire;Derbyshire;Greenland;Svalbard;Falkland Islands;Gibraltar;Vatican;Vatican City;Versailles;Davos;Chernobyl;"
        + "Monte Carlo;Heathrow;Westminster;Soho;Northern Ireland;Nile;Danube;Rhine;Thames;Volga;Ganges;Mississippi River;Amazon River;English Channel;Black Sea;Red Sea;North Sea;Persian Gulf;Gulf of Mexico;Suez Canal;Panama Canal;Earth;Mars;Moon;Venus;Jupiter;Saturn";

    private static readonly FrozenSet<string> Places = Names.Split(';').ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> AnyCase = Names.Split(';').Where(name => name is not ("Nice" or "Cork" or "Java" or "Earth" or "Moon" or "Queens" or "Mars" or "Bergen" or "Victoria" or "York" or "Buffalo" or "Providence" or "Phoenix" or "Columbus" or "Bali" or "Kent" or "Guam"))
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>True for the place as it is written.</summary>
    public static bool Contains(string name) => Places.Contains(name) || Countries.IsCountry(name);

    /// <summary>True for the place in any letter case, if no other word is written so.</summary>
    public static bool ContainsAnyCase(string name) => AnyCase.Contains(name) || (name.Length > 2 && Countries.IsCountry(name) && !name.Equals("turkey", StringComparison.OrdinalIgnoreCase) && !name.Equals("chad", StringComparison.OrdinalIgnoreCase) && !name.Equals("china", StringComparison.Ordinal));
}
