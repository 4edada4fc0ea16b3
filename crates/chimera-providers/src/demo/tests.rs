use chimera_core::{PromptMessage, Role, Scene};

use super::*;

#[test]
fn print_a_talk() {
    for topic in
        ["If every plank of a ship is replaced over ten years, is it still the same ship?", "Should cities ban cars?"]
    {
        let names = [
            ("Vera", "sceptic"),
            ("Orla", "poet"),
            ("Kit", "engineer"),
            ("Ann", "host"),
            ("Leo", "historian"),
            ("Joy", "optimist"),
        ];
        let mut said: Vec<(usize, String)> = Vec::new();
        for turn in 0..18 {
            let (name, voice) = names[turn % names.len()];
            let messages: Vec<PromptMessage> = said
                .iter()
                .map(|(who, text)| PromptMessage {
                    role: if *who == turn % names.len() { Role::Assistant } else { Role::User },
                    text: format!("{}: {text}", names[*who].0),
                })
                .collect();
            let request = ReplyRequest {
                model: voice.into(),
                system: String::new(),
                messages,
                sampling: Default::default(),
                stop: vec![],
                seed: Some(7),
                scene: Scene {
                    topic: topic.into(),
                    speaker: name.into(),
                    others: names.iter().map(|n| n.0.to_string()).filter(|n| n != name).collect(),
                    turns_taken: (turn / names.len()) as u32,
                },
            };
            let cue: Cue = voice.parse().unwrap();
            let text = compose(cue.voice, &request);
            println!("{name}: {text}\n");
            said.push((turn % names.len(), text));
        }
    }
}
