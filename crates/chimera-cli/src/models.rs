use chimera_app::{Chimera, NewModelFacts, NewPrice, Options, Result};
use chimera_core::{ModelFacts, ModelRef, Price, PriceSource};

use crate::args::{Asked, Data, Models, ModelsAction, SetFacts};
use crate::exit::Exit;
use crate::fault;
use crate::house::House;
use crate::out::{print, print_json, tame};
use crate::talk::{data_dir, keys_from};

pub async fn run(args: Models) -> Result<Exit> {
    match args.action {
        ModelsAction::List { connection, json, data } => {
            let chimera = Chimera::open_read_only(Options::new(data_dir(&data)?)).await?;
            let models = chimera.models(&connection).await?;
            if json {
                print_json(&models)?;
            } else {
                for model in models {
                    let trade = if model.chats { "" } else { "not to talk with, " };
                    print(&format!("{}  {trade}{}\n", tame(&model.id), in_words(&model.facts)))?;
                }
            }
        }
        ModelsAction::Find { json, data } => find(json, &data).await?,
        ModelsAction::Set(SetFacts {
            model,
            context,
            max_output,
            sees,
            input_price,
            output_price,
            cached_price,
            data,
        }) => {
            let price = input_price.zip(output_price).map(|(input, output)| NewPrice {
                input: millionths(input),
                output: millionths(output),
                cached_input: cached_price.map(millionths),
            });
            let facts =
                NewModelFacts { context_tokens: context, max_output_tokens: max_output, sees_images: sees, price };
            change(&data, async |chimera| chimera.set_model_facts(model, facts).await).await?;
        }
        ModelsAction::Clear { model, data } => {
            change(&data, async |chimera| chimera.clear_model_facts(&model).await).await?;
        }
    }
    Ok(Exit::Done)
}

/// Each model as a route that can be given to `talk`.
async fn find(json: bool, data: &Data) -> Result<()> {
    let chimera = Chimera::open(Options::new(data_dir(data)?)).await?;
    let found = chimera.detect_local_servers().await;
    chimera.close().await?;
    if json {
        return print_json(&found);
    }
    for server in &found {
        let key = if server.needs_key { ", wants a key" } else { "" };
        print(&format!("{} at {}{key}\n", tame(&server.name), server.base_url))?;
        for model in &server.models {
            print(&format!("  compatible@{}#{}\n", server.base_url, tame(&model.id)))?;
        }
    }
    if found.is_empty() {
        print("No model server answers at the usual ports of this machine.\n")?;
    }
    Ok(())
}

async fn change(data: &Data, use_case: impl AsyncFnOnce(&Chimera) -> Result<ModelFacts>) -> Result<()> {
    let chimera = Chimera::open(Options::new(data_dir(data)?)).await?;
    let facts = use_case(&chimera).await;
    chimera.close().await?;
    print(&format!("{}\n", in_words(&facts?)))
}

fn in_words(facts: &ModelFacts) -> String {
    let known = [
        facts.context_tokens.map(|tokens| format!("reads {tokens} tokens")),
        facts.max_output_tokens.map(|tokens| format!("writes {tokens}")),
        facts.sees_images.map(|sees| if sees { "sees images" } else { "sees no images" }.to_owned()),
        facts.price.as_ref().map(price_in_words),
    ];
    let known: Vec<_> = known.into_iter().flatten().collect();
    if known.is_empty() { "nothing is known".into() } else { known.join(", ") }
}

fn price_in_words(price: &Price) -> String {
    let source = match price.source {
        PriceSource::Table => "as of",
        PriceSource::Server => "by the server's list of",
        PriceSource::User => "as you said on",
    };
    let dollars = |millionths: u32| format!("${}", f64::from(millionths) / 1e6);
    match (price.input, price.output) {
        (0, 0) => "free".to_owned(),
        (input, output) => {
            format!("{} in, {} out for a million tokens ({source} {})", dollars(input), dollars(output), price.as_of)
        }
    }
}

fn millionths(dollars: f64) -> u32 {
    (dollars * 1e6).round() as u32
}

impl Asked {
    /// None when no models were named.
    pub async fn route(&self, house: &House) -> fault::Result<Option<Vec<ModelRef>>> {
        let keys = keys_from(&self.key_env)?;
        match &self.route {
            Some(spec) => {
                let no_door = "--route adds connections, which no local API does; name models of your connections with \
                               --models";
                Ok(Some(house.here(no_door)?.route(spec, keys).await?))
            }
            None if self.models.is_empty() => Ok(None),
            None => Ok(Some(self.models.clone())),
        }
    }
}

/// A model as it is written on the command line: `CONNECTION/MODEL`.
pub fn model_ref(written: &str) -> std::result::Result<ModelRef, String> {
    let form = "write CONNECTION/MODEL, for example openai/gpt-4o";
    let (connection, model) = written.split_once('/').filter(|(_, model)| !model.is_empty()).ok_or(form)?;
    let connection = connection.parse().map_err(|_| form)?;
    Ok(ModelRef { connection, model: model.to_owned() })
}

pub fn dollars(written: &str) -> std::result::Result<f64, String> {
    match written.parse::<f64>() {
        Ok(dollars) if (0.0..=4_000.0).contains(&dollars) => Ok(dollars),
        Ok(_) | Err(_) => Err("give US dollars for a million tokens, for example 0.15".into()),
    }
}
