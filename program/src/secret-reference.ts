import { Type, type Static } from 'typebox'

/** Where a secret stands; never the secret itself. */
export const SecretReference = Type.Union(
  [
    Type.Object(
      {
        file: Type.String({
          description:
            'A file that holds the secret and nothing else; a relative name is looked up in $CREDENTIALS_DIRECTORY, without it beside the configuration file',
        }),
      },
      { additionalProperties: false },
    ),
    Type.Object(
      { env: Type.String({ description: 'An environment variable that holds the secret' }) },
      { additionalProperties: false },
    ),
  ],
  {
    description: 'A secret by reference: {file: …} or {env: …}',
    descriptionZh: '密钥的引用：{file: 文件} 或 {env: 环境变量}',
    isSecret: true,
  },
)

export type SecretReference = Static<typeof SecretReference>
