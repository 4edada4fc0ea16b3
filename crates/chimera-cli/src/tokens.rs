use chimera_app::{Chimera, Options, Result, Scope, TokenId};

use crate::args::{Data, Token, TokenAction};
use crate::exit::Exit;
use crate::out::{print, print_json, tame};
use crate::talk::data_dir;

pub async fn run(args: Token) -> Result<Exit> {
    match args.action {
        TokenAction::Create { name, scopes, data } => create(&name, &scopes, &data).await?,
        TokenAction::List { json, data } => list(json, &data).await?,
        TokenAction::Revoke { id, data } => revoke(TokenId(id), &data).await?,
    }
    Ok(Exit::Done)
}

async fn create(name: &str, scopes: &[Scope], data: &Data) -> Result<()> {
    let chimera = open(data).await?;
    let issued = chimera.create_token(name, scopes).await?;
    chimera.close().await?;
    eprintln!("Token {} for {name}. It is shown this once:", issued.id);
    print(&format!("{}\n", issued.token.expose()))
}

async fn list(json: bool, data: &Data) -> Result<()> {
    let chimera = Chimera::open_read_only(Options::new(data_dir(data)?)).await?;
    let tokens = chimera.tokens().await?;
    if json {
        return print_json(&tokens);
    }
    for token in tokens {
        let scopes: Vec<_> = token.scopes.iter().map(|scope| scope.as_str()).collect();
        let used = token.last_used_at.map_or_else(|| "never used".into(), |at| format!("last used {at}"));
        print(&format!("{}  {}  {}  {used}\n", token.id, tame(&token.name), scopes.join(",")))?;
    }
    Ok(())
}

async fn revoke(id: TokenId, data: &Data) -> Result<()> {
    let chimera = open(data).await?;
    chimera.revoke_token(id).await?;
    chimera.close().await
}

async fn open(data: &Data) -> Result<Chimera> {
    Chimera::open(Options::new(data_dir(data)?)).await
}
