//! Talk that looks a little like a circle and is none. Hundreds of whole conversations are in the tests of the app.

type Script = (&'static [&'static str], &'static [&'static str]);

const TWO: &[&str] = &["Ada", "Ben"];
const THREE: &[&str] = &["Ada", "Ben", "Cleo"];

pub const ALL: [Script; 10] = [
    // A guessing game: every question begins alike, every answer is one word.
    (
        TWO,
        &[
            "Is it an animal?",
            "No.",
            "Is it bigger than a house?",
            "Yes.",
            "Is it found in every country?",
            "No.",
            "Is it made of stone?",
            "Partly.",
            "Can I walk across?",
            "You can.",
            "Then a bridge!",
            "Right.",
        ],
    ),
    // Counting.
    (TWO, &["One.", "Two.", "Three.", "Four.", "Five.", "Six.", "Seven.", "Eight.", "Nine.", "Ten."]),
    // Agreement with something behind it.
    (
        TWO,
        &[
            "I agree that tolls are unpopular. But who pays for the paint every third winter?",
            "Exactly that is my worry. In Lyon they sold the naming rights and regretted it within a decade.",
            "Good point. A name on a plaque is cheap compared with a closed lane on market day, though.",
            "Absolutely not cheap for the baker whose shop lies behind the closed lane; ask Mrs Ofori.",
            "Thanks, I will. She kept books in eighty-nine, so there are figures and not only feelings.",
            "Agreed: figures first. Then the council may vote in June instead of guessing again.",
        ],
    ),
    // A farewell, as talks end.
    (
        TWO,
        &[
            "So the vote is in June, and until then we measure traffic on both banks.",
            "I take the east bank; my cousin has a kitchen window over the ramp.",
            "Then I take the west. Thank you, Ben, this was useful.",
            "Thank you, Ada. See you on the ramp!",
            "Bye!",
        ],
    ),
    // Quoting each other at length in order to disagree.
    (
        TWO,
        &[
            "A bridge is finished when the last stone is laid.",
            "“A bridge is finished when the last stone is laid”: tell that to the inspector in year two.",
            "“Tell that to the inspector”? He comes for rust, and stone has none. My mason never met him.",
            "Your mason retired before frost got into the joints; mine charges by the joint.",
            "By the joint! Then he loves frost more than granite, and we should hire neither of them.",
        ],
    ),
    // A refrain.
    (
        THREE,
        &[
            "The river goes where rivers go,\nand carries barges, slow and low,\nand nobody asks it whether.",
            "The heron stands on silver knees,\nhas no opinion about fees,\nand nobody asks it whether.",
            "The surveyor counts in chains and links,\nwrites down whatever the heron thinks,\nand nobody asks him whether.",
            "The town decides by show of hands,\non ropes and planks and iron bands,\nand everyone asks: together?",
        ],
    ),
    // A checklist that is gone through.
    (
        TWO,
        &[
            "Next item: the handrail. Height?",
            "One metre ten, by the code of two thousand four.",
            "Next item: the lamps. How many?",
            "Fourteen, and two spare ones in the shed by the lock.",
            "Next item: the drain. Diameter?",
            "Ninety millimetres, but leaves block anything under a hundred and twenty.",
            "Next item: the paint. Which colour?",
            "Green, since grey shows every gull.",
        ],
    ),
    // Short and to the point.
    (
        TWO,
        &[
            "Coffee?",
            "Tea, please.",
            "Milk?",
            "Lemon.",
            "Sugar?",
            "Never.",
            "Biscuit?",
            "Two.",
            "Anything else?",
            "Silence.",
        ],
    ),
    // Code that grows.
    (
        TWO,
        &[
            "```rust\nfn load(cars: u32) -> u32 {\n    cars * 1500\n}\n```",
            "```rust\nfn load(cars: u32, trucks: u32) -> u32 {\n    cars * 1500 + trucks * 18000\n}\n```",
            "Snow is missing: a wet metre of it weighs more than your trucks.",
            "```rust\nfn load(cars: u32, trucks: u32, snow: f32) -> f32 {\n    (cars * 1500 + trucks * 18000) as f32 + snow * 400.0 * AREA\n}\n```",
            "And wind pushes sideways, which no sum of weights will ever tell you.",
        ],
    ),
    // German, with courtesies at the edges.
    (
        TWO,
        &[
            "Danke für die Einladung. Fangen wir beim Geld an: die Stadt hat vierhunderttausend.",
            "Das reicht für Pfeiler, nicht für Bögen. Genau deshalb schlage ich Holz vor.",
            "Holz brennt, fault und knarrt; meine Großmutter hat drei Brücken überlebt.",
            "Lärche hält achtzig Jahre, wenn man sie lüftet. In Graubünden stehen ältere.",
            "Einverstanden, sofern der Förster uns nicht wieder Fichte liefert.",
            "Dann schreibe ich ihm heute, und wir sehen uns am Montag im Sägewerk.",
        ],
    ),
];
