/**
 * Words that tell what kind of work a task is, in the languages specs are written in. A word of an alphabet is given by
 * how it begins and stands alone; the others stand anywhere. Accents make no difference.
 */
import type { Criticality, UnitType } from "./plan.ts";

/** `beginnings` match words that begin so; `exact` whole words or phrases; `signs` anything, where words are written together or carry articles. */
function words({ beginnings = "", exact = "", signs = "" }): RegExp {
  const parts = [
    beginnings && String.raw`(?<![\p{L}\p{N}_])(?:${beginnings})\p{L}*`,
    exact && String.raw`(?<![\p{L}\p{N}_])(?:${exact})(?![\p{L}\p{N}_])`,
    signs,
  ];
  return new RegExp(withoutAccents(parts.filter(Boolean).join("|")), "iu");
}

/** Letter for letter; those of Latin and Cyrillic, as elsewhere a mark makes another word. */
function withoutAccents(text: string): string {
  return text.replaceAll(
    /[\u00C0-\u024F\u0400-\u045F\u1E00-\u1EFF]/g,
    (letter) => letter.normalize("NFD")[0]!,
  );
}

/** The word as it stands in the text. */
export function wordIn(text: string, pattern: RegExp): string | undefined {
  const composed = text.normalize("NFC");
  const found = pattern.exec(withoutAccents(composed));
  return found ? composed.slice(found.index, found.index + found[0].length) : undefined;
}

/** What only a person can do; not a text about it, and not where it stands beside tests that run by themselves. */
export const BY_HAND = words({
  exact:
    "(?<!\\btests?\\b.*)(?:manual(?:ly)?|hands-on) (?:tests?|testing|checks?|checking|verification|verify|qa|inspection|walkthrough|validation)(?! (?:checklist|plan|guide|scripts?|cases?|steps?|instructions?|procedure|docs?|documentation|suite))|user acceptance test(?:s|ing)?|sign-off|stakeholder (?:review|approval)|usability (?:tests?|testing|study)|(?:pruebas?|verificación|revisión) manual(?:es)?|(?:testes?|verificação|revisão) manua(?:l|is)|(?:tests?|vérifications?) manuel(?:le)?s?|manuelle[rn]? (?:tests?|prüfung|überprüfung|abnahme)|ручн\\p{L}+ (?:тест|провер)\\p{L}*|manuel test\\p{L}*|kiểm thử thủ công",
  signs: "手动测试|手工测试|人工测试|人工审核|手動測試|手動テスト|手動確認|目視確認|수동 테스트|اختبار يدوي",
});

export const TYPE_WORDS: readonly [UnitType, RegExp][] = [
  [
    "docs",
    words({
      beginnings: "dokument|dokümantasyon|documentaci|documentaç|документ",
      exact: "document|documentation|readme|changelog|docs|user guide|руководство|tài liệu",
      signs: "文档|文檔|ドキュメント|文書|문서|توثيق",
    }),
  ],
  [
    "review",
    words({
      beginnings: "auditor|аудит",
      // An audit log is a thing to build, and so is a page for code reviews.
      exact:
        "(?<!\\b(?:add|build|create|design|develop|implement)\\b.*)(?:audit(?! (?:trails?|log(?:s|ging|ger)?|events?|endpoints?|records?|tables?|entr(?:y|ies)|findings|history|system|service|middleware|schema|api)\\b)|manual review|code review)|revisión de código|revisão de código|revue de code|ревью",
      signs:
        "审计(?!日志|记录)|審計(?!日誌|紀錄)|代码审查|监査(?!ログ)|監査(?!ログ)|コードレビュー|감사(?! ?로그)|코드 리뷰|تدقيق",
    }),
  ],
  ["review", BY_HAND],
  [
    "test",
    words({
      exact:
        "(?:unit|integration|property(?:-based)?|end-to-end|e2e|regression|acceptance|smoke|ui|load)[ -]?tests?|tests? (?:suite|cases)|(?:pruebas|testes|tests) (?:unitari[ao]s|unitaires|de integración|de integração|d['’]intégration|de propiedad(?:es)?|de propriedades?)|(?:unit|integrations)-?tests?|(?:модульны|юнит|интеграционны)\\p{L}*[ -]тест\\p{L}*|(?:birim|entegrasyon) test\\p{L}*|kiểm thử",
      signs: "测试|測試|テスト|테스트|اختبار",
    }),
  ],
  [
    "ui",
    words({
      beginnings: "komponent|oberfläche|интерфейс пользоват|компонент|страниц|стил[ьи]|верстк|arayüz|bileşen",
      exact:
        "components?|pages?|styling|css|layout|front-?end|ui|user interface|componentes?|páginas?|estilos?|interfaz|composants?|interface utilisateur|seiten?|benutzeroberfläche|sayfa(?:lar|sı|ları)?|giao diện",
      signs:
        "组件|元件|页面|頁面|界面|样式|前端|コンポーネント|画面|スタイル|컴포넌트|화면|페이지|스타일|واجهة|صفحة",
    }),
  ],
];

export const CRITICALITY_WORDS: readonly [Exclude<Criticality, "standard">, RegExp][] = [
  [
    "security-sensitive",
    words({
      beginnings:
        "authenti[cf]|authoriz|authoris|encrypt|decrypt|credential|saniti[sz]|autenti[cf]|autoriza|cifra(?:do|r|gem)|criptogra|cryptogra|chiffre|verschlüssel|authentifi|autorisier|berechtigung|безопасн|аутентифи|авториза|шифров|парол|учетны|güvenli|yetkilendir|şifre",
      exact:
        "security|secure|auth|oauth2?|jwt|passwords?|passwd|(?<!design )tokens?|secrets?|escap(?:e|es|ing)|untrusted|hostile|injection|xss|csrf|permissions?|access control|seguridad|contraseñas?|permisos?|segurança|senhas?|permissões|sécurité|mots? de passe|autorisations?|sicherheit|passw(?:ort|örter)|kimlik doğrulama|bảo mật|xác thực|phân quyền|mật khẩu|mã hóa",
      signs:
        "安全|认证|認證|授权|授權|密码|密碼|加密|权限|權限|密钥|認証|認可|暗号|パスワード|セキュリティ|権限|보안|인증|인가|암호|비밀번호|권한|مصادقة|صلاحيات|تشفير|كلمة المرور",
    }),
  ],
  [
    "complex",
    words({
      beginnings:
        "refactor|migrat|concurren|refactoriz|migra(?:ci|ç|r)|concurrenc|concorr|arquitet|arquitec|umbau|nebenläufig|рефактор|миграц|интеграц|архитектур|распределен|параллельн|entegrasyon|yeniden yapılandır",
      exact:
        "integrat(?:e|es|ion)|architectures?|distributed|schedulers?|integración|integrar|integração|distribuid[oa]s?|intégration|intégrer|distribuée?s?|architektur|integrationen?|integrier(?:en|t)|verteilte?s?|mimari(?:si)?|tích hợp|kiến trúc|tái cấu trúc",
      signs:
        "重构|重構|迁移|遷移|架构|架構|并发|並發|分布式|集成|移行|リファクタ|アーキテクチャ|並行|分散|統合|리팩[터토]링|마이그레이션|아키텍처|동시성|분산|통합|تكامل|إعادة هيكلة|ترحيل",
    }),
  ],
];
