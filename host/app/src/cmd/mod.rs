//! One file a command: arguments in, an answer out.

mod act;
mod alerts;
pub(crate) mod apply;
mod audit;
mod backup;
mod build;
mod check;
mod connections;
mod connectors;
mod datasets;
mod difference;
pub(crate) mod events;
mod explain;
mod export;
mod hooks;
pub(crate) mod inspect;
mod keys;
mod list;
mod redeliver;
pub(crate) mod replay;
mod schedules;
mod staged;
mod subscriptions;
mod tokens;
mod usage;
mod view;

use crate::{
    Answer, Failure,
    cli::{Cli, Command},
    client::Client,
    demo, serve,
};

/// Runs the command that was asked for.
pub(crate) async fn run(cli: Cli) -> Result<Answer, Failure> {
    let json = cli.json;
    match cli.command {
        Command::Serve(args) => serve::run(args, json).await,
        Command::Apply(args) => apply::run(&args, json).await,
        Command::Export(args) => export::run(args).await,
        Command::Audit(command) => audit::run(command).await,
        Command::Build(args) => build::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Check(args) => check::run(&Client::new(&args.remote)?, &args).await,
        Command::Act(args) => act::run(&Client::new(&args.remote)?, args).await,
        Command::View(args) => view::run(&Client::new(&args.remote)?, args).await,
        Command::Tokens(command) => tokens::run(command).await,
        Command::Tenants(remote) => list::tenants(&Client::new(&remote)?).await,
        Command::Connections(args) => connections::run(args).await,
        Command::Installations(args) => list::installations(args).await,
        Command::Subscriptions(args) => subscriptions::run(args).await,
        Command::Datasets(command) => datasets::run(command).await,
        Command::Hooks(command) => hooks::run(command).await,
        Command::Keys(command) => keys::run(command).await,
        Command::Backup(args) => backup::backup(args).await,
        Command::Restore(args) => backup::restore(args).await,
        Command::Alerts(command) => alerts::run(command).await,
        Command::Schedules(command) => schedules::run(command).await,
        Command::Usage(of) => usage::run(&Client::new(&of.remote)?, &of.tenant).await,
        Command::Connectors(args) => connectors::run(&Client::new(&args.remote)?, args.connector).await,
        Command::Activity(args) => list::activity(&Client::new(&args.of.remote)?, args).await,
        Command::Explain(command) => explain::run(command).await,
        Command::Replay(args) => replay::run(args).await,
        Command::Events(command) => events::run(command).await,
        Command::DeadLetters(command) => redeliver::dead_letters(command).await,
        Command::Demo(args) => demo::run(args, json).await,
    }
}
