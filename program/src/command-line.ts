import { Command, CommanderError, Option } from 'commander'
import { CHINESE_HELP, toChineseError } from './commander-in-chinese.ts'
import { EXIT } from './exit-codes.ts'
import { chooseLanguage, pickText, type Language, type LocalizedText } from './language.ts'
import { reportFailure } from './run-program.ts'

/** Options that every command of both programs has. */
export interface CommonOptions {
  readonly config?: string
  readonly state?: string
  readonly lang?: Language
}

/** A command was asked for something that it can't mean. Leads to exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly exitCode = EXIT.usage
}

/** A program's commands while they are put together, in the reader's language. */
export class CommandLine {
  readonly program: Command
  readonly language: Language
  readonly #configFile: string

  constructor(
    name: 'wardround-agent' | 'wardround-collector',
    about: LocalizedText,
    language: Language,
  ) {
    this.language = language
    this.#configFile = `/etc/wardround/${name.slice('wardround-'.length)}.yaml`
    this.program = new Command(name)
      .description(this.say(about))
      .exitOverride()
      .configureHelp(language === 'en' ? {} : CHINESE_HELP)
      .configureOutput({
        outputError: (text, write) => write(language === 'en' ? text : toChineseError(text)),
      })
      .showHelpAfterError(
        this.say({ zh: '（--help 查看用法）', en: '(--help shows how it is used)' }),
      )
      .helpOption('-h, --help', this.say({ zh: '显示帮助', en: 'Show this help' }))
      .helpCommand(false)
      .addOption(this.#languageOption())
  }

  say(text: LocalizedText): string {
    return pickText(text, this.language)
  }

  /** Commands under one word, e.g. `outbox verify`. */
  group(name: string, about: LocalizedText): Command {
    const group = this.program.command(name).description(this.say(about)).helpCommand(false)
    return group.addOption(this.#languageOption())
  }

  /** A command that reads no configuration: `--lang` alone. */
  plain(usage: string, about: LocalizedText, parent: Command = this.program): Command {
    return parent.command(usage).description(this.say(about)).addOption(this.#languageOption())
  }

  /** A command that reads the configuration: `--config`, `--state`, `--lang`. */
  command(usage: string, about: LocalizedText, parent: Command = this.program): Command {
    const config = {
      zh: `配置文件（默认 ${this.#configFile}）`,
      en: `Configuration (default ${this.#configFile})`,
    }
    const state = {
      zh: '状态目录，替代配置中的 state',
      en: 'State directory, instead of what the configuration says',
    }
    return parent
      .command(usage)
      .description(this.say(about))
      .option('--config <file>', this.say(config))
      .option('--state <dir>', this.say(state))
      .addOption(this.#languageOption())
  }

  #languageOption(): Option {
    const about = this.say({ zh: '提示语言', en: 'Language of messages' })
    return new Option('--lang <language>', about).choices(['zh-CN', 'en'])
  }
}

/** Runs what `argv` asks for; sets process.exitCode (interfaces.md). */
export async function runCommandLine(
  argv: readonly string[],
  build: (language: Language) => Command,
): Promise<void> {
  const language = languageOf(argv)
  process.stdout.on('error', endWithoutReader)
  try {
    await build(language).parseAsync([...argv])
  } catch (error) {
    process.exitCode =
      error instanceof CommanderError ? exitCodeOf(error) : reportFailure(error, language)
  }
}

/** A reader that has seen enough (`| head`) ends what is printed for it. */
function endWithoutReader(error: Error & { readonly code?: string }): void {
  if (error.code !== 'EPIPE') throw error
}

/** Before anything is parsed: help and usage errors are in the reader's language too. */
function languageOf(argv: readonly string[]): Language {
  const at = argv.findIndex((word) => word === '--lang' || word.startsWith('--lang='))
  const given = at < 0 ? undefined : (argv[at]?.split('=')[1] ?? argv[at + 1])
  return chooseLanguage(given, process.env)
}

/** commander has printed help or what is wrong. */
function exitCodeOf({ exitCode }: CommanderError): number {
  return exitCode === 0 ? EXIT.done : EXIT.usage
}
