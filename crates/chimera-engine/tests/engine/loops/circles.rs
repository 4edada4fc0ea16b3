//! Circles as models run in them, each as it might be heard from its first turn on.

type Script = (&'static [&'static str], &'static [&'static str]);

const TWO: &[&str] = &["Ada", "Ben"];
const THREE: &[&str] = &["Ada", "Ben", "Cleo"];
const FOUR: &[&str] = &["Ada", "Ben", "Cleo", "Dora"];

pub const ALL: [Script; 22] = [
    (TWO, &["I think we should begin with the foundations of the bridge."]),
    (
        TWO,
        &["What would you like to talk about today, my friend?", "I am happy to talk about whatever you like today!"],
    ),
    (TWO, &["Okay.", "Okay."]),
    (TWO, &["Go ahead, please.", "No, you first."]),
    (
        TWO,
        &[
            "Thank you so much for this wonderful conversation!",
            "You're welcome! It was a pleasure to talk with you.",
            "The pleasure was all mine. Thank you again for your insights!",
            "Likewise! I really appreciate your kind words.",
            "Thank you! Have a great day ahead.",
            "You too! Take care and goodbye.",
        ],
    ),
    (
        TWO,
        &[
            "I completely agree with you, Ben. Great point!",
            "I'm glad you agree, Ada. Well said!",
            "Absolutely, I couldn't have said it better. Thank you!",
            "Exactly! I really appreciate that you see it the same way.",
            "Wonderful. I agree with every word of that.",
            "And I agree with you. Thanks, Ada!",
        ],
    ),
    (
        TWO,
        &[
            "Goodbye, Ben! It was lovely.",
            "Goodbye, Ada! See you next time.",
            "See you! Take care of yourself.",
            "You take care too. Bye!",
            "Bye bye!",
            "Farewell, and see you soon.",
        ],
    ),
    (
        TWO,
        &[
            "Vielen Dank für das schöne Gespräch!",
            "Gern geschehen, ich danke dir auch.",
            "Danke, ich freue mich auf das nächste Mal.",
            "Ich freue mich auch sehr. Bis bald!",
            "Bis bald und vielen Dank nochmal!",
        ],
    ),
    (
        TWO,
        &[
            "Merci beaucoup pour cette conversation !",
            "Avec plaisir, merci à vous.",
            "Merci encore, et à bientôt !",
            "À bientôt, et merci pour tout.",
        ],
    ),
    (
        TWO,
        &[
            "Safety and innovation must be kept in balance if the bridge is to serve the town.",
            "If the bridge is to serve the town, safety and innovation must be kept in balance.",
            "The town is served when innovation and safety are kept in balance by the bridge.",
            "In balance must safety be kept with innovation, so that the bridge may serve the town.",
            "Innovation kept in balance with safety: that is how the bridge must serve the town.",
            "The bridge must serve the town, with safety and innovation kept in balance.",
        ],
    ),
    (
        TWO,
        &[
            "Let us list the options: a stone arch, a steel truss, or a ferry for the summer months.",
            "So the options are a stone arch, a steel truss, or a ferry for the summer months.",
            "To sum up, the options are a stone arch, a steel truss, or a ferry for the summer months.",
            "Right: a stone arch, a steel truss, or a ferry for the summer months.",
            "That gives us a stone arch, a steel truss, or a ferry for the summer months.",
        ],
    ),
    (
        THREE,
        &[
            "As an engineer I must insist on a load test before anything else happens.",
            "As a poet I must insist on the river and what it remembers.",
            "As a historian I must insist on the flood of seventeen eighty-four.",
        ],
    ),
    (THREE, &["I pass to the next speaker.", "I pass to the next speaker.", "I pass to the next speaker."]),
    (
        FOUR,
        &[
            "My position on the toll has not changed: three coins for a cart and one for a walker.",
            "My position on the toll has not changed either: it should be free for everybody in town.",
            "The toll is a distraction, as I have said; the real question is who maintains the road.",
            "Nobody maintains a road that nobody owns, which was the first thing that I brought up.",
        ],
    ),
    (TWO, &["I am sorry, but I cannot continue with this conversation.", "I am sorry, but I cannot help with that."]),
    (
        TWO,
        &[
            "It seems that you have repeated my message. How can I help you?",
            "It seems that you have repeated my message. Is there anything I can do?",
            "It seems that you have repeated my message. Tell me how I can help you.",
        ],
    ),
    (TWO, &["la la la la la la la la la la la la la la la la"]),
    (TWO, &["…and the bridge, and the bridge, and the bridge, and the bridge, and the bridge"]),
    (
        TWO,
        &[
            "Could you tell me more about what you mean by a good bridge?",
            "Of course. Could you tell me more about what you mean by good?",
            "Certainly. Could you tell me more about what you mean by a good bridge?",
            "Sure. Could you tell me more about what you mean by good?",
        ],
    ),
    (TWO, &["橋を作る前に、まず目的を考えるべきだと思います。", "はい、橋を作る前に、まず目的を考えるべきです。"]),
    (
        TWO,
        &[
            "{\"action\": \"wait\", \"reason\": \"waiting for the other participant to respond\"}",
            "{\"action\": \"wait\", \"reason\": \"waiting for the other participant to respond\"}",
        ],
    ),
    (
        TWO,
        &[
            "The journey of a bridge is the journey of all who cross it, together, in hope and in wonder.",
            "And in wonder and hope we cross it together, for the journey of the bridge is our journey.",
            "Our journey is the bridge, and crossing together in hope is the wonder of the journey.",
            "The wonder is the journey, the hope is the bridge, and we cross together.",
            "Together we cross the bridge of hope, and the journey is the wonder.",
            "Hope, wonder, bridge, journey: together we cross.",
        ],
    ),
];
